"""Reports of one thing come together; sources are counted, not messages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.core.evidence import ardenya
from tests.core.evidence.ardenya import NOON, read
from tocsin.core.evidence import corroboration
from tocsin.core.evidence.types import Grade, Report
from tocsin.core.reference.terms import ReportKind, VerificationState

TELLS = {ReportKind.INCIDENT, ReportKind.THREAT_WARNING, ReportKind.SIGNAL, ReportKind.DISPLACEMENT}


def report(
    ref: str, text: str, source: str = "a", *, at: str = "Ferreko", hours: float = 0, incident: str | None = None
) -> Report:
    received = NOON + timedelta(hours=hours)
    reading = read(text, at=at, received=received)[0]
    return Report(ref, reading, Grade("C", 3), VerificationState.RECEIVED, received, source, text, incident=incident)


def joined(new: Report, *others: Report) -> str | None:
    return corroboration.group(new, others, as_of=new.received_at).value


def of_thirty() -> dict[str, str]:
    """Group the thirty messages as they came in; return the incident of each report."""
    arrived = sorted(ardenya.labelled().values(), key=lambda row: row.message.received_at)
    done: list[Report] = []
    for row in arrived:
        for position, reading in enumerate(row.readings):
            if reading.kind not in TELLS:
                continue
            ref = row.name + "b" * position
            new = Report(
                ref, reading, Grade("C", 3), VerificationState.RECEIVED, row.message.received_at, row.sender.handle,
                row.message.text,
            )  # fmt: skip
            incident = corroboration.group(new, done, as_of=new.received_at).value or f"I-{ref}"
            done.append(replace(new, incident=incident))
    return {one.ref: one.incident or "" for one in done}


def test_of_thirty_messages_three_tell_of_one_threat_and_the_rest_stand_alone():
    found = of_thirty()

    assert {ref for ref, incident in found.items() if incident == "I-T03"} == {"T03", "T15", "T16"}
    assert len(set(found.values())) == len(found) - 2


def test_the_same_attack_told_by_two_is_one_incident():
    known = report("R-1", "les FPL attaquent Ferreko", incident="I-1")

    assert joined(report("R-2", "gunmen are shooting in Ferreko", "b", hours=1), known) == "I-1"


def test_another_place_another_day_another_actor_is_another_incident():
    known = report("R-1", "les FPL attaquent Ferreko", incident="I-1")

    assert joined(report("R-2", "les FPL attaquent Toromaya", "b", at="Toromaya"), known) is None
    assert joined(report("R-3", "les FPL attaquent Ferreko", "b", hours=80), known) is None
    assert joined(report("R-4", "les Simbarra attaquent Ferreko", "b"), known) is None


def test_an_explosive_found_is_not_the_attack_in_the_same_village():
    known = report("R-1", "les FPL attaquent Ferreko", incident="I-1")

    assert joined(report("R-2", "unexploded grenade found in Ferreko", "b"), known) is None


def test_a_threat_that_comes_true_is_one_story_with_its_attack():
    known = report("R-1", "Black Bands will attack Oulanga tonight", at="Oulanga", incident="I-1")

    attack = report("R-2", "Black Bands attack Oulanga, they are shooting", "b", at="Oulanga", hours=10)
    assert joined(attack, known) == "I-1"


def test_a_report_received_later_is_not_looked_at():
    known = report("R-1", "les FPL attaquent Ferreko", hours=2, incident="I-1")
    new = report("R-2", "les FPL attaquent Ferreko", "b")

    assert corroboration.group(new, [known], as_of=new.received_at).value is None


def test_a_join_says_why_and_names_other_candidates():
    near = report("R-1", "les FPL attaquent Ferreko", incident="I-1")
    also = report("R-2", "attaque à Ferreko, tirs", "c", hours=-20, incident="I-2")
    judged = corroboration.group(report("R-3", "les FPL attaquent Ferreko", "b"), [near, also], as_of=NOON)

    assert judged.value == "I-1"
    assert [because.code for because in judged.reasons] == ["group.same_events", "group.also_like"]
    assert judged.reasons[0].evidence == ("R-3", "R-1")


def test_two_messages_from_one_source_count_once():
    one, two = report("R-1", "attaque à Ferreko ce matin"), report("R-2", "they are shooting in Ferreko")

    assert corroboration.independent_sources([one, two]) == 1
    assert corroboration.independent_sources([one, replace(two, source="b")]) == 2


def test_hearsay_forwards_and_refuted_reports_do_not_count():
    seen = report("R-1", "attaque à Ferreko ce matin, je vois les maisons")
    heard = report("R-2", "On dit que les FPL ont attaqué Ferreko", "b")
    passed_on = report("R-3", "Forwarded many times: attack on Ferreko now", "c")
    refuted = replace(report("R-4", "gunmen attack Ferreko", "d"), state=VerificationState.REFUTED)

    assert corroboration.independent_sources([seen, heard, passed_on, refuted]) == 1


def test_one_text_sent_from_many_numbers_counts_once_and_short_cries_do_not_merge():
    text = "Les FPL attaquent Ferreko depuis 5h, ils brulent les maisons, aidez nous"
    chain = [report(f"R-{n}", text + "!" * n, f"s{n}") for n in range(5)]
    cries = [report(f"R-{n}", "they attack us", f"s{n}") for n in range(3)]

    assert corroboration.independent_sources(chain) == 1
    assert corroboration.independent_sources(cries) == 3


def test_links_through_a_middle_text_make_one_hand():
    a, b, c = (
        report(f"R-{n}", text, f"s{n}")
        for n, text in enumerate(
            ("attaque à Ferreko hier soir 10 morts", "attaque à Ferreko hier soir 10 mort", "incendie")
        )
    )
    same_phone = replace(c, source="s1", text="incendie au marché de Ferreko, tout brule")

    assert corroboration.independent_sources([a, same_phone, b]) == 1


def offered(new: Report, *others: Report) -> list[tuple[str, bool]]:
    found = corroboration.suggest(new, others, as_of=NOON + timedelta(days=9))
    return [(one.ref, one.is_one_hand) for one in found]


def test_a_report_of_the_same_event_is_suggested_with_every_reason():
    new = report("R-2", "gunmen are shooting in Ferreko", "b", hours=1)
    known = report("R-1", "les FPL attaquent Ferreko")

    found = corroboration.suggest(new, [known], as_of=NOON + timedelta(hours=2))

    codes = {because.code for because in found[0].reasons}
    assert {"suggest.same_place", "suggest.same_time", "suggest.independent"} <= codes


def test_one_sender_and_one_text_are_told_apart_from_independent_sources():
    text = "gunmen are shooting in Ferreko, three houses burn near the well"
    new = report("R-1", text, "a")

    assert offered(new, report("R-2", "armed men attack Ferreko, houses burn", "b", hours=1)) == [("R-2", False)]
    assert offered(new, report("R-3", "armed men attack Ferreko, houses burn", "a", hours=1)) == [("R-3", True)]
    assert offered(new, report("R-4", text + "!", "c", hours=1)) == [("R-4", True)]


def test_what_lies_far_away_long_ago_or_in_the_same_incident_is_not_suggested():
    new = report("R-1", "gunmen are shooting in Ferreko", incident="I-1")
    same = replace(report("R-2", "les FPL attaquent Ferreko", "b"), incident="I-1")
    old = report("R-3", "les FPL attaquent Ferreko", "b", hours=-200)
    untrue = replace(report("R-4", "les FPL attaquent Ferreko", "b"), state=VerificationState.REFUTED)

    assert offered(new, same, old, untrue) == []


def test_the_likeliest_suggestion_stands_first():
    new = report("R-1", "gunmen are shooting in Ferreko")
    near = report("R-2", "gunmen attack Ferreko now", "b", hours=1)
    far = report("R-3", "gunmen attack Ferreko now", "c", hours=40)

    assert next(ref for ref, _ in offered(new, far, near)) == "R-2"
