"""What we write as CAP passes the official form, keeps its order, and carries nobody's secret."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tocsin.briefs.cap12 import build, keys
from tocsin.core.alerts.cap import CapAlert, CapArea, CapInfo, written
from tocsin.core.places.shapes import ring_around
from tocsin.core.places.types import Point
from tocsin.core.reference.terms import CapKind, CapScope, CapStatus, Likelihood, Severity, Urgency
from tocsin.feeds.cap12 import adapter

NOW = datetime(2027, 3, 4, 18, 30, tzinfo=UTC)
ANY_TEXT = st.text(max_size=60)


def message(headline: str = "Malka", kind: CapKind = CapKind.ALERT, **changes: object) -> CapAlert:
    area = CapArea(
        "Malka", (ring_around(Point(5.95, 24.36), 5)[::-1],), ((Point(5.95, 24.36), 5.0),), (("P-code", "V1"),)
    )
    infos = tuple(
        CapInfo(
            language,
            "attack",
            Urgency.IMMEDIATE,
            Severity.SEVERE,
            Likelihood.LIKELY,
            headline=headline,
            expires_at=NOW + timedelta(hours=6),
            effective_at=NOW,
            onset_at=NOW,
            responses=("Shelter",),
            event_codes=(("own", "ATK"),),
            web="https://example.org",
            contact="desk",
            areas=(area,),
        )
        for language in ("fr", "ar")
    )
    given = {"restriction": "", "references": (), "incidents": ("I-000001",), "infos": infos, **changes}
    return CapAlert("a-1", "tests", NOW, CapStatus.ACTUAL, kind, CapScope.PUBLIC, **given)  # type: ignore[arg-type]  # each test gives what it changes


@pytest.mark.parametrize("kind", CapKind)
def test_what_we_write_passes_the_official_schema_signed_and_unsigned(data_dir: Path, kind: CapKind) -> None:
    schema = etree.XMLSchema(etree.parse(data_dir / "interop" / "cap12" / "CAP-v1.2-schema.xsd"))
    key = keys.make_key("Tests", purpose="exercise", now=NOW)
    body = build.build(message(kind=kind, references=("tests,a-0,2027-03-04T18:00:00-00:00",)))

    for one in (body, build.sign(body, key.private, key.certificate)):
        assert schema.validate(etree.fromstring(one)), schema.error_log


@given(headline=ANY_TEXT, note=ANY_TEXT, incidents=st.lists(st.from_regex(r"I-\d{6}", fullmatch=True), max_size=3))
def test_whatever_words_it_carries_the_file_reads_back_the_same(headline: str, note: str, incidents: list[str]) -> None:
    found = adapter.read_bytes(build.build(message(headline, note=note, incidents=tuple(incidents))), "x", as_of=NOW)

    assert found.alert is not None
    assert found.alert.incidents == tuple(incidents)
    assert len(found.alert.infos) == 2


def test_a_polygon_leaves_with_six_decimals_in_the_right_hand_order_and_closed() -> None:
    body = build.build(message())

    polygon = etree.fromstring(body).findtext("{*}info/{*}area/{*}polygon")
    corners = [tuple(map(float, pair.split(","))) for pair in polygon.split()]
    turning = sum((lon1 - lon0) * (lat1 + lat0) for (lat0, lon0), (lat1, lon1) in pairwise(corners))
    assert corners[0] == corners[-1]
    assert turning < 0
    assert max(len(number.partition(".")[2]) for pair in polygon.split() for number in pair.split(",")) == 6


def test_a_moment_is_written_with_its_zone_and_never_without() -> None:
    east = NOW.astimezone(timezone(timedelta(hours=3)))

    assert (written(NOW), written(east)) == ("2027-03-04T18:30:00-00:00", "2027-03-04T21:30:00+03:00")
    with pytest.raises(ValueError, match="zone"):
        written(NOW.replace(tzinfo=None))


def test_the_certificate_says_what_it_is_for_and_the_private_half_cannot_be_printed() -> None:
    drill, live = (keys.make_key("Mission", purpose=purpose, now=NOW) for purpose in ("exercise", "live"))

    from cryptography import x509

    held = x509.load_pem_x509_certificate(drill.certificate.encode())
    assert "EXERCISE" in held.subject.rfc4514_string()
    assert "EXERCISE" not in x509.load_pem_x509_certificate(live.certificate.encode()).subject.rfc4514_string()
    assert "PRIVATE" not in f"{drill}"
    assert keys.is_for_key(drill.certificate, drill.private)
    assert not keys.is_for_key(live.certificate, drill.private)
