"""What a message says is read, what it does not say is not."""

from __future__ import annotations

import time
from datetime import datetime

import pytest

from tests.core.evidence import ardenya
from tests.core.evidence.ardenya import NOON, ZONE, read
from tocsin.core.evidence.types import Count
from tocsin.core.reference import wording
from tocsin.core.reference.terms import ActorType, Channel, EventCode, ImminenceState, Priority, ReportKind


def codes(text: str, **kwargs) -> set[str]:
    return {code.value for reading in read(text, **kwargs) for code in reading.events}


def test_a_negated_attack_is_not_an_attack_and_a_plain_one_is():
    assert "ATK" not in codes("Il n'y a pas eu d'attaque à Ferreko")
    assert "ATK" in codes("Il y a eu une attaque à Ferreko")


def test_an_announced_killing_is_a_threat_and_a_done_one_is_not():
    assert codes("They will kill people in Ferreko") == {"THR"}
    assert codes("They killed people in Ferreko") == {"KIL"}


@pytest.mark.parametrize(
    "text", ["Zorf grunk blah attack blah nop zzz", "wameua watu xx kk qq", "zzz tués zzz kkk", "xx قتلوا yy zz"]
)
def test_lethal_words_in_a_mixture_are_never_lowered(text):
    assert read(text)[0].priority is Priority.P1


def test_a_message_nobody_understands_is_kept_unread_at_p3():
    reading = read("qsd 33 kk zzt")[0]

    assert reading.kind is ReportKind.UNREAD
    assert reading.priority is Priority.P3
    assert "need_callback" in reading.flags


def test_an_empty_message_is_kept_too():
    assert read("")[0].kind is ReportKind.UNREAD


def test_a_community_is_never_an_author():
    reading = read("Les Waduri ont tué 2 agriculteurs à Gorumba")[0]

    assert reading.actor is not None
    assert reading.actor.name is None
    assert reading.actor.actor_type is ActorType.UNKNOWN


def test_a_uniform_is_not_the_host_army_and_its_name_is():
    uniform = read("Men in uniform beat people at Ferreko")[0].actor
    army = read("FAA beat people at Ferreko")[0].actor

    assert (uniform.name, uniform.actor_type) == (None, ActorType.UNIFORMED_UNKNOWN)
    assert (army.name, army.actor_type) == ("FAA", ActorType.STATE)


@pytest.mark.parametrize(
    "text",
    [
        "3 morts a Ferreko",
        "watu watatu wameuawa Ferreko",
        "three people killed at Ferreko",
        "قتل ثلاثة أشخاص في Ferreko",
    ],
)
def test_number_words_count_in_every_language(text):
    assert read(text)[0].toll["killed"] == Count(3, 3)


def test_unknown_toll_is_missing_not_zero():
    assert "killed" not in read("Attaque à Ferreko, bilan inconnu")[0].toll


def test_more_than_leaves_the_top_open():
    assert read("plus de 20 morts à Ferreko")[0].toll["killed"] == Count(20, None)


def test_an_age_is_not_a_number_of_people():
    assert read("A girl, 14, was taken by armed men at Ferreko")[0].toll["abducted"] == Count(1, 1)


def test_money_is_not_people():
    assert read("on paie 5000 francs par personne à la barrière")[0].toll == {}


def test_the_target_of_a_threat_is_the_place_not_where_it_was_seen():
    reading = read("Armed men gathering near Mbirawe, they will attack Oulanga tonight", at="Mbirawe")[0]

    assert reading.place.name == "Oulanga"
    assert reading.observed_place.name == "Mbirawe"


def test_without_a_place_the_senders_own_is_taken_and_doubted():
    reading = read("des hommes armés attaquent", at="Ferreko")[0]

    assert reading.place.name == "Ferreko"
    assert reading.point == reading.place.point
    assert "place_from_sender" in reading.doubts


def test_namesakes_without_a_sender_stay_open():
    reading = read("attaque à Nyaroko", at="")[0]

    assert reading.place is None
    assert "place_ambiguous" in reading.doubts


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("tirs à 6h40 à Ferreko", 6),
        ("gunfire at 0640 hrs", 6),
        ("milio ya risasi saa kumi na moja asubuhi", 5),
        ("إطلاق نار الساعة السادسة صباحا", 6),
        ("attaque à 7 heures du matin", 7),
        ("attack at 5 am in Ferreko", 5),
    ],
)
def test_hours_are_read_as_they_are_spoken(text, hour):
    when = read(text)[0].when

    assert when.start is not None
    assert when.start.astimezone(ZONE).hour == hour or (when.precision == "unknown" and hour == 6)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("attaque hier à Ferreko", 10),
        ("attack two days ago at Ferreko", 9),
        ("walishambulia Ferreko juzi", 9),
        ("هجوم أمس في Ferreko", 10),
        ("attaque lundi à Ferreko", 8),
        ("attack on 2 March at Ferreko", 2),
        ("il y a 3 jours ils ont tué un homme à Ferreko", 8),
    ],
)
def test_days_are_counted_from_receipt(text, day):
    assert read(text)[0].when.start.date() == datetime(2027, 3, day, tzinfo=ZONE).date()


def test_friday_lies_ahead_in_a_threat_and_behind_in_a_deed():
    ahead = read("They will attack Ferreko on Friday")[0].when.start
    behind = read("They killed a man at Ferreko on Friday")[0].when.start

    assert ahead.day == 12
    assert behind.day == 5


def test_an_old_killing_is_not_p1_and_a_fresh_one_is():
    old = read("5 people killed at Ferreko on 1 March")[0]
    fresh = read("5 people killed at Ferreko this morning")[0]

    assert (old.priority, fresh.priority) == (Priority.P3, Priority.P1)
    assert old.state is ImminenceState.SUBSIDED


def test_hearsay_is_marked_and_own_sight_is_not():
    assert read("On dit que les FPL ont attaqué Ferreko")[0].hearsay
    assert not read("J'ai vu les FPL attaquer Ferreko")[0].hearsay


def test_a_threat_heard_of_is_not_lowered_to_a_rumour():
    reading = read("On dit que les FPL vont attaquer Ferreko cette nuit")[0]

    assert reading.kind is ReportKind.THREAT_WARNING
    assert reading.priority is Priority.P1


def test_told_rape_is_asserted_and_kept_severe():
    reading = read("une femme a été violée à Ferreko par des hommes armés")[0]

    assert EventCode.SGV in reading.events
    assert {"gbv_survivor_centred", "do_not_share_host_forces", "consent_required"} <= set(reading.flags)
    assert reading.sensitivity.value == "severe"


def test_a_slip_of_spelling_never_tells_of_rape():
    assert "SGV" not in codes("they left rapidd by the road at Ferreko")


def test_coordinates_beat_the_name_and_swapped_ones_are_doubted():
    straight = read("IED at 5.1642, 26.2411 near Abu Serrif")[0]
    swapped = read("IED at 26.2411, 5.1642 near Abu Serrif")[0]

    assert straight.point == swapped.point
    assert straight.place_precision == 1
    assert "coordinates_swapped" in swapped.doubts
    assert "coordinates_swapped" not in straight.doubts


def test_reasons_hold_words_of_the_lists_and_none_of_the_message():
    reading = read("Jean Kaboro +000 555 0101 dit: attaque à Ferreko, 3 morts")[0]
    told = " ".join(str(because.as_json()) for because in reading.because)

    assert "Kaboro" not in told
    assert "555" not in told
    assert "attaqu" in told


def test_every_reason_of_every_example_has_its_sentence():
    rows = [row for _, row in ardenya.examples()]
    found = {
        because.code for row in rows for reading in read(row["text"], at=row["from"]) for because in reading.because
    }

    assert [code for code in found if not wording.has(f"reason.{code}")] == []


def test_a_missed_call_says_nothing_and_is_called_back():
    reading = read("", channel=Channel.MISSED_CALL, at="Gorumba")[0]

    assert reading.events == (EventCode.SIG,)
    assert {"no_content", "need_callback"} <= set(reading.flags)
    assert reading.when.start == NOON


def test_a_long_text_is_read_in_part_and_says_so():
    long = read("bonjour le chef " * 300)[0]
    short = read("bonjour le chef")[0]

    assert "text_cut" in long.doubts
    assert "text_cut" not in short.doubts


def test_killing_told_beyond_the_cut_is_not_lowered():
    assert read("bonjour le chef " * 300 + "ils ont tué dix personnes")[0].priority is Priority.P1


@pytest.mark.parametrize("text", ["attaque ", "a ", "12 ", "lundi 18h ", "si vont tuer ", "Gorumba ", "\u0627\u0644 "])
def test_a_hostile_text_holds_up_nobody(text):
    read(text)

    began = time.process_time()
    read(text * 4000)

    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    "text",
    ["\x00", "🙂🙂", "99h99 31/02 2027-13-45", "+" * 50, "((((", "٩٩٩٩٩٩٩٩٩٩", "saa", "le le le 31", "1 1 1 1 1 1"],
)
def test_odd_signs_break_nothing(text):
    assert read(text)[0].kind is ReportKind.UNREAD


@pytest.mark.parametrize(
    "text",
    [
        "gunmen near the well of Ferreko, everybody afraid, come now",
        "watu wa silaha wamezunguka Ferreko, tusaidieni sasa",
        "hommes armés autour de Ferreko, on a peur, venez vite",
    ],
)
def test_signs_of_danger_that_add_up_are_urgent_and_are_shown(text):
    reading = read(text, at="Ferreko")[0]

    assert reading.priority is Priority.P1


@pytest.mark.parametrize(
    "text",
    [
        "no gunmen near Ferreko, nobody afraid",
        "gunmen left Ferreko, people come back now",
        "are there gunmen near Ferreko now?",
        "exercise exercise exercise gunmen near Ferreko come now",
    ],
)
def test_signs_of_danger_denied_over_asked_or_rehearsed_are_not_urgent(text):
    assert read(text, at="Ferreko")[0].priority is not Priority.P1


def test_what_is_feared_is_not_told_as_done_and_what_is_done_is():
    assert "ATK" not in codes("on craint une attaque à Ferreko")
    assert "ATK" in codes("une attaque à Ferreko")


def test_a_killed_cow_is_no_killing_and_a_killed_man_is():
    assert "KIL" not in codes("they killed a cow at Ferreko")
    assert "KIL" in codes("they killed a man at Ferreko")


def test_what_is_said_to_come_tonight_is_a_threat_and_what_was_said_done_is_not():
    assert codes("ils disent cette nuit on brule Ferreko", at="Ferreko") >= {"THR"}
    assert "THR" not in codes("ils disent que hier on a brulé des maisons à Ferreko", at="Ferreko")


def test_a_part_is_not_counted_beside_the_whole():
    toll = read("FPL took 5 boys at Ferreko, among them 2 of 15 years")[0].toll

    assert toll["abducted"] == Count(5, 5)
    assert toll["children"] == Count(2, 2)


def test_a_person_and_others_are_counted_together():
    assert read("gunmen took the nurse and 2 guards at Ferreko")[0].toll["abducted"] == Count(3, 3)


def test_what_everybody_must_give_is_no_toll():
    assert read("FPL force each family to give one boy at Ferreko")[0].toll == {}


def test_an_alternative_is_a_threat():
    found = codes("rebels say give us food by tomorrow or we kill", at="Ferreko")

    assert "THR" in found
    assert "KIL" not in found


@pytest.mark.parametrize(
    "text",
    [
        "When night fell all families of Oulanga fled to the bush",
        "Quand la nuit est tombee toutes les familles ont fui en brousse",
    ],
)
def test_a_story_that_opens_like_a_question_is_no_question(text):
    reading = read(text, at="Oulanga")[0]

    assert reading.kind is not ReportKind.INFO_REQUEST
    assert reading.priority is not Priority.P4
    assert read("When is the next distribution of seeds", at="Oulanga")[0].kind is ReportKind.INFO_REQUEST
