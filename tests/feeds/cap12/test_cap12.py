"""CAP files read in: the good whole, the broken refused with element and line, three facts of each signature."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from tocsin.briefs.cap12 import build, keys
from tocsin.core.alerts.cap import CapAlert, CapArea, CapInfo, written_ring
from tocsin.core.places.shapes import Ring, ring_around
from tocsin.core.places.types import Point
from tocsin.core.reference import wording
from tocsin.core.reference.terms import CapKind, CapScope, CapStatus, Likelihood, Severity, Urgency
from tocsin.feeds.cap12 import adapter
from tocsin.feeds.cap12.signature import read_certificates

NOW = datetime(2027, 3, 4, 18, 30, tzinfo=UTC)
HEAD = '<?xml version="1.0" encoding="utf-8"?>'


def message(*rings: Ring, **changes: object) -> CapAlert:
    area = CapArea(
        "Malka", rings or (ring_around(Point(5.95, 24.36), 5),), ((Point(5.95, 24.36), 5.0),), (("P-code", "VA01"),)
    )
    info = CapInfo(
        "fr", "attaque", Urgency.IMMEDIATE, Severity.SEVERE, Likelihood.LIKELY, headline="Malka",
        expires_at=NOW + timedelta(hours=6), areas=(area, area),
    )  # fmt: skip
    given = {
        "identifier": "a-1", "sender": "tests", "sent_at": NOW, "status": CapStatus.ACTUAL, "kind": CapKind.ALERT,
        "scope": CapScope.PUBLIC, "infos": (info, info),
    }  # fmt: skip
    return CapAlert(**{**given, **changes})  # type: ignore[arg-type]  # each test gives what it changes


@cache
def key() -> keys.NewKey:
    return keys.make_key("Tests", purpose="live", now=NOW)


def signed(*rings: Ring, **changes: object) -> bytes:
    return build.sign(build.build(message(*rings, **changes)), key().private, key().certificate)


def read(body: bytes, *, as_of: datetime = NOW, trusting: str = "") -> adapter.CapReading:
    anchors = read_certificates(trusting.encode()) if trusting else ()
    return adapter.read_bytes(body, "file.xml", as_of=as_of, anchors=anchors)


def codes(found: adapter.CapReading) -> list[str]:
    return [problem.code for problem in (*found.refused, *found.doubts)]


def laid_out(body: bytes) -> bytes:
    from lxml import etree

    return etree.tostring(etree.fromstring(body), pretty_print=True)


@pytest.mark.parametrize("name", ["sc_valid", "tg_valid"])
def test_a_real_signed_file_is_read_with_its_three_facts_apart(data_dir: Path, name: str) -> None:
    found = adapter.read(data_dir / "interop" / "cap12" / f"{name}.xml", as_of=NOW)

    facts = found.signature
    assert found.alert is not None
    assert (facts.signature, facts.read_as) == ("intact", "stripped")
    assert (facts.at_signing, facts.at_reading, facts.anchor) == ("before", "after", "unknown")


@pytest.mark.parametrize(
    ("name", "code", "signature"),
    [
        ("sc_invalid_digest", "FEED-045", "altered"),
        ("sc_invalid_signature", "FEED-045", "altered"),
        ("sc_invalid_schema", "FEED-043", "absent"),
    ],
)
def test_a_real_broken_file_is_refused_with_the_reason(data_dir: Path, name: str, code: str, signature: str) -> None:
    found = adapter.read(data_dir / "interop" / "cap12" / f"{name}.xml", as_of=NOW)

    assert found.alert is None
    assert [problem.code for problem in found.refused] == [code]
    assert found.signature.signature == signature


def test_a_real_file_without_a_signature_is_read_and_said_to_be_unsigned(data_dir: Path) -> None:
    found = adapter.read(data_dir / "interop" / "cap12" / "sc_no_signature.xml", as_of=NOW)

    assert found.alert is not None
    assert "FEED-047" in codes(found)


def test_a_file_is_intact_in_its_period_and_known_only_when_all_three_hold() -> None:
    body = signed()

    known, unknown = read(body, trusting=key().certificate), read(body)
    late = read(body, as_of=NOW + timedelta(days=1500), trusting=key().certificate)

    assert known.signature.holds
    assert known.doubts == ()
    assert codes(unknown) == ["FEED-049"]
    assert (late.signature.signature, late.signature.at_signing, late.signature.at_reading) == (
        "intact",
        "within",
        "after",
    )


def test_a_signature_over_stripped_text_is_said_to_hold_so_only() -> None:
    whole, spread = read(signed()), read(laid_out(signed()))

    assert (whole.signature.read_as, spread.signature.read_as) == ("as_is", "stripped")
    assert "FEED-050" in codes(spread)


@pytest.mark.parametrize(
    ("was", "becomes", "part"),
    [(b"<headline>Malka", b"<headline>Tesh", "digest"), (b"<sender>tests", b"<sender>other", "digest")],
)
def test_every_altered_word_is_found(was: bytes, becomes: bytes, part: str) -> None:
    found = read(signed().replace(was, becomes, 1))

    assert found.alert is None
    assert (found.signature.signature, found.signature.why) == ("altered", part)


def test_the_certificate_of_somebody_else_does_not_vouch_for_a_file() -> None:
    other = keys.make_key("Others", purpose="live", now=NOW)
    mine, theirs = ("".join(one.certificate.split("\n")[1:-2]) for one in (key(), other))
    body = signed().decode().replace("\n", "")

    swapped = body.replace(mine, theirs)
    found = read(swapped.encode())

    assert swapped != body
    assert found.alert is None
    assert found.signature.signature == "altered"


def test_a_signature_taken_from_another_message_is_found() -> None:
    donor, victim = signed(identifier="a-2").decode(), build.build(message()).decode()
    stolen = donor[donor.index("<ds:Signature") : donor.index("</alert>")]

    found = read(victim.replace("</alert>", f"{stolen}</alert>").encode())

    assert (found.alert, found.signature.why) == (None, "digest")


def test_a_broken_order_is_refused_with_the_element_the_line_and_what_was_expected() -> None:
    body = laid_out(build.build(message())).replace(b"<urgency>Immediate</urgency>", b"", 1)

    found = read(body)

    assert found.alert is None
    assert found.refused[0].code == "FEED-044"
    assert found.refused[0].facts["element"] == "severity"
    assert "urgency" in found.refused[0].facts["expected"]
    assert found.refused[0].where.startswith("file.xml, line 1")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "FEED-040"),
        (b"<alert", "FEED-040"),
        (b"\x00\xff\xfe", "FEED-040"),
        (f'{HEAD}<!DOCTYPE a [<!ENTITY a "b">]><alert xmlns="urn:x">&a;</alert>'.encode(), "FEED-041"),
        (f'{HEAD}<!DOCTYPE a SYSTEM "file:///etc/passwd"><alert/>'.encode(), "FEED-041"),
        ('<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY a "b">]><alert/>'.encode("utf-16"), "FEED-041"),
        (b"<feed/>", "FEED-043"),
        (b"<alert/>" + b" " * adapter.MOST_BYTES, "FEED-042"),
    ],
    ids=["empty", "cut", "bytes", "entity", "external", "utf-16", "other", "huge"],
)
def test_what_is_no_message_is_refused_before_it_is_understood(body: bytes, code: str) -> None:
    assert codes(read(body))[:1] == [code]


@pytest.mark.parametrize(
    ("polygon", "code"),
    [
        ("5.9,24.3 here", "FEED-052"),
        ("5.9,24.3 6,24.4", "FEED-052"),
        ("5.9,24.3 6,24.4 5.9", "FEED-052"),
        ("124.3,5.9 124.4,6 124.4,5.9 124.3,5.9", "FEED-051"),
        ("nan,1 2,2 3,3 nan,1", "FEED-052"),
    ],
)
def test_an_area_that_is_none_stops_the_file(polygon: str, code: str) -> None:
    ring = ring_around(Point(5.95, 24.36), 5)
    body = build.build(message(ring)).decode().replace(written_ring(ring), polygon)

    assert codes(read(body.encode()))[:1] == [code]


def test_an_open_or_self_crossing_area_is_read_and_told() -> None:
    ring = ring_around(Point(5.95, 24.36), 5)
    body = build.build(message(ring)).decode()
    wrong = body.replace(written_ring(ring), "5.9,24.3 6,24.4\n 5.9,24.4 6,24.3", 1)

    found = read(wrong.encode())

    assert found.alert is not None
    assert {"FEED-056", "FEED-057"} <= set(codes(found))


def test_many_areas_and_all_their_polygons_are_read_in_latin_1_too() -> None:
    two = (ring_around(Point(5.95, 24.36), 5), ring_around(Point(6.1, 24.2), 5))
    body = build.build(message(*two, note="Évacuer")).decode().replace("utf-8", "ISO-8859-1", 1)

    found = read(body.encode("iso-8859-1"))

    assert found.alert is not None
    assert found.alert.note == "Évacuer"
    assert [[len(area.rings) for area in info.areas] for info in found.alert.infos] == [[2, 2], [2, 2]]


def border(corners: int) -> Ring:
    """A country's border with bays of three sizes, in the form of Burkina Faso."""
    turn = np.linspace(0, 2 * np.pi, corners)
    reach = 2.5 + 0.4 * np.sin(7 * turn) + 0.1 * np.sin(53 * turn) + 0.02 * np.sin(911 * turn)
    ring = np.column_stack([12.3 + reach * np.sin(turn), -1.5 + 1.5 * reach * np.cos(turn)])
    ring[-1] = ring[0]
    return ring


def test_a_border_of_41009_points_is_read_whole_and_drawn_simply() -> None:
    one = message(border(41_009))
    info = one.infos[0]
    area = CapArea("Burkina Faso", (border(41_009),))
    body = build.build(message(infos=(CapInfo("fr", "x", info.urgency, info.severity, info.certainty, areas=(area,)),)))

    found = read(body)
    drawn = found.alert.infos[0].areas[0].drawn()[0] if found.alert else None

    assert len(body) > 750_000
    assert found.alert is not None
    assert len(found.alert.infos[0].areas[0].rings[0]) == 41_009
    assert drawn is not None
    assert 100 < len(drawn) < 500


@pytest.mark.parametrize("language", wording.LANGUAGES)
def test_every_reason_is_said_in_every_language_and_repeats_nothing_of_the_file(language: str) -> None:
    body = laid_out(build.build(message())).replace(b"Immediate", b"+999 000 0101", 1)

    said = [wording.problem(problem, language) for problem in read(body).refused]

    assert said
    assert all("999" not in one for one in said)
