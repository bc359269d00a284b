"""Reading a CAP 1.2 file with the border of a country, beside a plain parse of the same XML and its numbers."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from lxml import etree

from benchmarks.rows import Row
from benchmarks.timing import in_turns, median
from tocsin.briefs.cap12 import build, keys
from tocsin.core.alerts.cap import CapAlert, CapArea, CapInfo
from tocsin.core.places.shapes import Ring
from tocsin.core.reference.terms import CapKind, CapScope, CapStatus, Likelihood, Severity, Urgency
from tocsin.feeds.cap12 import adapter

NOW = datetime(2027, 3, 4, 18, 30, tzinfo=UTC)
# What the longest real polygon known holds.
CORNERS = 41_009
TINY = {"corners": 400, "rounds": 1}


def run(data: Path, *, corners: int = CORNERS, rounds: int = 5) -> list[Row]:
    """Return how long one file takes: form, polygon, crossing, signature and drawing, beside lxml's parse with one float() for each number."""
    body, signed = _files(corners)
    reading = adapter.read_bytes(body, "file", as_of=NOW)
    taken = in_turns(
        {
            "parse": lambda: _plain(body),
            "read": lambda: adapter.read_bytes(body, "file", as_of=NOW),
            "signed": lambda: adapter.read_bytes(signed, "file", as_of=NOW),
            "draw": lambda: [area.drawn() for info in reading.alert.infos for area in info.areas],  # type: ignore[union-attr]  # read without a problem above
        },
        rounds=rounds,
    )
    parse, read, checked, draw = (median(taken[name]) for name in ("parse", "read", "signed", "draw"))
    note = f"one polygon of {corners} corners, {len(body) / 1000:.0f} kB"
    return [
        Row("file read and judged", read, "s", wanted="< 1", holds=read < 1, note=note),
        Row("the same with its signature", checked, "s", wanted="< 1", holds=checked < 1, note="ECDSA P-256, SHA-256"),
        Row("made simpler to be drawn", draw, "s"),
        Row("plain parse: lxml, then float() for each number", parse, "s", note="no form, no limits, no judgement"),
        Row("ratio: reading / plain parse", read / parse, "x"),
    ]


def _files(corners: int) -> tuple[bytes, bytes]:
    area = CapArea("border", (_border(corners),))
    info = CapInfo("en", "test", Urgency.FUTURE, Severity.MINOR, Likelihood.POSSIBLE, areas=(area,))
    alert = CapAlert("bench", "bench", NOW, CapStatus.TEST, CapKind.ALERT, CapScope.PUBLIC, infos=(info,))
    key = keys.make_key("bench", purpose="exercise", now=NOW)
    body = build.build(alert)
    return body, build.sign(body, key.private, key.certificate)


def _plain(body: bytes) -> list[tuple[float, float]]:
    texts = (found.text or "" for found in etree.fromstring(body).iter("{*}polygon"))
    pairs = (pair.split(",") for text in texts for pair in text.split())
    return [(float(lat), float(lon)) for lat, lon in pairs]


def _border(corners: int) -> Ring:
    turn = np.linspace(0, 2 * np.pi, corners)
    reach = 2.5 + 0.4 * np.sin(7 * turn) + 0.1 * np.sin(53 * turn) + 0.02 * np.sin(911 * turn)
    ring = np.column_stack([12.3 + reach * np.sin(turn), -1.5 + 1.5 * reach * np.cos(turn)])
    ring[-1] = ring[0]
    return ring
