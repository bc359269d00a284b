import copy
import pickle

import pytest

from tocsin.core.reference import wording
from tocsin.core.reference.results import Because, Hidden, Problem


@pytest.mark.parametrize("show", [str, repr, "{}".format, "%s".__mod__], ids=["str", "repr", "format", "percent"])
def test_a_hidden_value_is_never_shown(show):
    assert show(Hidden("+000 555 0101")) == "‹hidden›"


@pytest.mark.parametrize("take", [pickle.dumps, copy.deepcopy], ids=["pickle", "copy"])
def test_a_hidden_value_never_leaves_its_process(take):
    with pytest.raises(TypeError, match="cannot be pickled or copied"):
        take(Hidden("+000 555 0101"))


def test_a_hidden_value_is_revealed_only_for_a_purpose():
    assert Hidden("x").reveal(purpose="call back") == "x"
    with pytest.raises(ValueError, match="purpose is empty"):
        Hidden("x").reveal(purpose="")


def test_two_hidden_values_are_never_equal_by_their_content():
    assert Hidden("x") != Hidden("x")


def test_a_reason_survives_being_written_and_read():
    reason = Because("must.p1", {"count": 2, "days": None}, ("I-1", "I-2"))

    assert Because.from_json(reason.as_json()) == reason


def test_an_unknown_fact_is_said_to_be_unknown_in_each_language():
    reason = Because("factor.capability", {"score": 2.0, "incidents": 3, "deaths": None})

    said = [wording.reason(reason, language) for language in wording.LANGUAGES]

    assert said[0] == "Capability 2 of 5: 3 armed incidents in a year, the worst with unknown deaths."
    assert "inconnu" in said[1]
    assert "غير معروف" in said[2]


def test_a_missing_fact_is_said_to_be_unknown_and_never_left_out():
    assert "unknown" in wording.reason(Because("alert.black", {"report": "R-1"}))


def test_a_label_code_is_shown_by_its_label():
    said = wording.reason(Because("must.imminent", {"state": "term.imminence_state.ongoing"}), "fr")

    assert said == "DOIT\xa0: la menace est imminente ou en cours (En cours)."


def test_a_code_without_a_sentence_is_an_error_and_not_silence():
    with pytest.raises(KeyError, match="no wording for"):
        wording.reason(Because("must.forgotten"))


def test_a_problem_says_where_what_and_its_code():
    shown = wording.problem(Problem("ASM-004", "attacks_30d", {"field": "unit"}))

    assert shown == "attacks_30d: The indicator does not declare its unit. [ASM-004]"
