"""Taking messages in for good, and how long one takes to become an alert on record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from pysqlite3 import dbapi2 as sqlite3

from benchmarks.messages import example_texts
from benchmarks.mission import fresh_store
from benchmarks.rows import Row
from benchmarks.timing import in_turns, median, p95, seconds
from tocsin.core.evidence.types import Message
from tocsin.core.reference.results import Hidden
from tocsin.core.reference.terms import Channel
from tocsin.feeds.world_folder.adapter import find_world, read_world
from tocsin.services import intake, missions, work
from tocsin.store.models import AlertReport

URGENT = "Urgent! Des hommes armés attaquent Malka, ils brûlent les maisons"
START = datetime(2027, 3, 12, 1, tzinfo=UTC)
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-65536", "wal_autocheckpoint=2000")
TINY = {"messages": 4, "rounds": 1, "alarms": 2}


def run(data: Path, *, messages: int = 200, rounds: int = 5, alarms: int = 40) -> list[Row]:
    """Return the durable intake beside a bare INSERT and commit with the same pragmas, and the way to an alert."""
    path = fresh_store()
    missions.start_world(read_world(find_world("three_villages")), now=START, play_messages=False)
    took = [_to_alert(position) for position in range(alarms)]
    bare = _bare_table(path.with_suffix(".bare.db"))
    texts, number = example_texts(), count(1)
    taken = in_turns(
        {
            "intake": lambda: [_receive(next(number), texts) for _ in range(messages)],
            "bare": lambda: [_insert(bare, next(number), texts) for _ in range(messages)],
        },
        rounds=rounds,
    )
    bare.close()
    whole, plain = median(taken["intake"]), median(taken["bare"])
    return [
        Row(
            "durable intake, one process",
            messages / whole,
            "1/s",
            note="message, source, history, audit entry and work, on disk before the receipt",
        ),
        Row(
            "bare INSERT and commit, same pragmas",
            messages / plain,
            "1/s",
            note="one row without index, the same SQLite",
        ),
        Row("ratio: intake / bare INSERT", whole / plain, "x", note="time of one message"),
        Row(
            "message to alert on record, median",
            1000 * median(took),
            "ms",
            note="receive, read, weigh, alert: `work.drain` beside it, no pause",
        ),
        Row("message to alert on record, 95 of 100 below", 1000 * p95(took), "ms"),
        Row("ratio: whole way / intake alone", median(took) * messages / whole, "x"),
    ]


def _receive(number: int, texts: list[str]) -> None:
    contact = Hidden(f"+99900{number % 500:05d}")
    at = START + timedelta(hours=1, seconds=number)
    intake.receive(Message(Channel.SMS, texts[number % len(texts)], at, contact=contact, vendor_id=str(number)), now=at)


def _bare_table(path: Path) -> sqlite3.Connection:
    bare = sqlite3.connect(path, isolation_level=None)
    for pragma in PRAGMAS:
        bare.execute(f"PRAGMA {pragma}")
    bare.execute("CREATE TABLE message (id INTEGER PRIMARY KEY, text TEXT, at TEXT)")
    return bare


def _insert(bare: sqlite3.Connection, number: int, texts: list[str]) -> None:
    bare.execute("INSERT INTO message (text, at) VALUES (?, ?)", (texts[number % len(texts)], START.isoformat()))


def _to_alert(position: int) -> float:
    """Return the seconds from an urgent message at the door to its report tied to an alert on record."""
    at = START + timedelta(seconds=position)
    work.drain("bench", now=at, wall=at)
    before = AlertReport.objects.count()
    message = Message(Channel.SMS, URGENT, at, contact=Hidden(f"+99901{position:05d}"), vendor_id=f"u-{position}")

    def whole_way() -> None:
        intake.receive(message, now=at)
        while AlertReport.objects.count() == before:
            if not work.do_next("bench", now=at, wall=at):
                raise AssertionError("the urgent message raised no alert")

    return seconds(whole_way)
