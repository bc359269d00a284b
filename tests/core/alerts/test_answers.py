import pytest

from tocsin.core.alerts.answers import Answer, read_answer


@pytest.mark.parametrize(
    ("text", "alerts"),
    [
        ("ACK 141", ("A-000141",)),
        ("ok 141", ("A-000141",)),
        ("OK", ()),
        ("Reçu A-000141", ("A-000141",)),
        ("bien reçu #141", ("A-000141",)),
        ("je prends 141 et 142", ("A-000141", "A-000142")),
        ("تم ١٤١", ("A-000141",)),
        ("استلمت 141 و 142", ("A-000141", "A-000142")),
        ("Nimepokea 141, 142; 143", ("A-000141", "A-000142", "A-000143")),
        ("roger a141.", ("A-000141",)),
    ],
)
def test_an_answer_in_any_language_of_the_people_on_duty_is_understood(text: str, alerts: tuple[str, ...]):
    assert read_answer(text) == Answer(alerts)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "attack at Malka",
        "okapi 141",
        "ok attackers at the bridge",
        "141",
        "vu des hommes armés",
        "reçu menace à 5 km",
    ],
)
def test_what_is_no_answer_stays_a_message(text: str):
    assert read_answer(text) is None


def test_an_answer_that_says_more_counts_and_is_read_as_well():
    assert read_answer("ACK 141 patrol leaves now") == Answer(("A-000141",), says_more=True)


def test_a_number_said_twice_counts_once():
    assert read_answer("ok 141 141") == Answer(("A-000141",))
