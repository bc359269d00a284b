"""Taking messages in for good, and how long one takes to become an alert on record."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from pysqlite3 import dbapi2 as sqlite3

from benchmarks.messages import example_texts
from benchmarks.mission import fresh_store
from benchmarks.rows import Row
from benchmarks.timing import in_turns, median, p95, seconds
from tocsin.core.evidence.gateways import Call
from tocsin.core.evidence.signatures import GATEWAY_HEADER, NONCE_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, sign
from tocsin.core.evidence.types import Message
from tocsin.core.reference.results import Hidden, Problem
from tocsin.core.reference.terms import Channel
from tocsin.feeds.world_folder.adapter import find_world, read_world
from tocsin.services import doors, gateways, intake, missions, work
from tocsin.store import models
from tocsin.store.models import AlertReport

URGENT = "Urgent! Des hommes armés attaquent Malka, ils brûlent les maisons"
START = datetime(2027, 3, 12, 1, tzinfo=UTC)
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-65536", "wal_autocheckpoint=2000")
SECRET: Final = secrets.token_hex(16)
SEAL_HEADERS: Final = (GATEWAY_HEADER, TIMESTAMP_HEADER, NONCE_HEADER, SIGNATURE_HEADER)
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
        *_gateways(messages, rounds),
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


def _gateways(messages: int, rounds: int) -> list[Row]:
    """Return what one signed call of each gateway costs beside plain intake by the ORM, in turns."""
    for name in CALLS:
        gateways.make_gateway(name, channel=name, now=START, secret=Hidden(SECRET))
    number, took = count(1), dict[str, list[float]]()
    makers = {name: partial(_call, name) for name in CALLS} | {"plain": _save_plainly}
    for _ in range(max(rounds * messages // 10, 2)):
        for name, make in makers.items():
            one = make(next(number))
            took.setdefault(name, []).append(seconds(one))
    plain = median(took["plain"])
    rows = []
    for name, each in took.items():
        what = "plain intake by the ORM" if name == "plain" else f"call of {name}"
        note = (
            "the same five rows, one at a time, a commit each"
            if name == "plain"
            else "believed, read, stored, answered"
        )
        rows += [
            Row(f"{what}, median", 1000 * median(each), "ms", note=note),
            Row(f"{what}, 95 of 100 below", 1000 * p95(each), "ms"),
            Row(f"{what}, one after the other", len(each) / sum(each), "1/s"),
        ]
        if name != "plain":
            rows.append(
                Row(f"ratio: {what} / plain intake by the ORM", median(each) / plain, "x", note="time of one message")
            )
    return rows


def _save_plainly(number: int) -> Callable[[], object]:
    """Return the intake that a first draft would have: no signature, no repeat found, nothing written together."""
    at = START + timedelta(hours=2, seconds=number)

    def save() -> None:
        source, _ = models.Source.objects.get_or_create(
            handle=f"plain-{number % 500}", defaults={"ref": f"S-plain-{number % 500}"}
        )
        row = models.Message.objects.create(
            dedupe_key=f"plain-{number}",
            channel="sms",
            source=source,
            text=f"Rien {number}",
            received_at=at,
            recorded_at=at,
        )
        models.HistoryEntry.objects.create(subject=row.ref, at=at, verb="received", by="system")
        models.AuditEntry.objects.create(
            at=at,
            by="system",
            role="system",
            purpose="work",
            verb="received",
            subjects=[row.ref],
            digest=f"{number:064d}",
        )
        models.WorkItem.objects.create(dedupe_key=f"plain:{number}", verb="none", subject=row.ref, run_at=at)

    return save


def _call(name: str, number: int) -> Callable[[], object]:
    at = START + timedelta(hours=2, seconds=number)
    body, headers = CALLS[name](number, at)
    given = Call(headers, body, url=f"https://tocsin.example/in/{name}/")
    return lambda: _believed(doors.take_call(name, given, now=at))


def _believed(found: object) -> None:
    if isinstance(found, Problem):
        raise AssertionError(f"a call was refused: {found.code}")


def _own(number: int, at: datetime) -> tuple[bytes, dict[str, str]]:
    body = json.dumps({"id": str(number), "from": f"+99902{number % 500:05d}", "text": f"Rien {number}"}).encode()
    stamp, nonce = str(int(at.timestamp())), f"nonce-{number:08d}"
    signature = sign(SECRET.encode(), stamp, nonce, body)
    return body, dict(zip(SEAL_HEADERS, ("sms_http", stamp, nonce, signature), strict=True))


def _twilio(number: int, at: datetime) -> tuple[bytes, dict[str, str]]:
    fields = {"MessageSid": f"SM{number:032d}", "From": f"+99903{number % 500:05d}", "Body": f"Rien {number}"}
    signed = "https://tocsin.example/in/twilio/" + "".join(name + fields[name] for name in sorted(fields))
    proof = base64.b64encode(hmac.new(SECRET.encode(), signed.encode(), hashlib.sha1).digest()).decode()
    return urlencode(fields).encode(), {"X-Twilio-Signature": proof}


def _whatsapp(number: int, at: datetime) -> tuple[bytes, dict[str, str]]:
    one = {
        "from": f"99904{number % 500:05d}", "id": f"wamid.{number}", "timestamp": str(int(at.timestamp())),
        "type": "text", "text": {"body": f"Rien {number}"},
    }  # fmt: skip
    body = json.dumps({"entry": [{"changes": [{"value": {"messages": [one]}}]}]}).encode()
    return body, {"X-Hub-Signature-256": "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()}


def _telegram(number: int, at: datetime) -> tuple[bytes, dict[str, str]]:
    who = {"id": 410_000 + number % 500}
    told = {"from": who, "chat": who, "date": int(at.timestamp()), "text": f"Rien {number}"}
    return json.dumps({"update_id": number, "message": told}).encode(), {"X-Telegram-Bot-Api-Secret-Token": SECRET}


def _email(number: int, at: datetime) -> tuple[bytes, dict[str, str]]:
    head = f"From: a{number % 500}@base.example\r\nMessage-ID: <{number}@base.example>\r\nSubject: Rien\r\n\r\n"
    return f"{head}Rien {number}\r\n".encode(), {"Authorization": f"Bearer {SECRET}"}


CALLS: Final[dict[str, Callable[[int, datetime], tuple[bytes, dict[str, str]]]]] = {
    "sms_http": _own, "twilio": _twilio, "whatsapp": _whatsapp, "telegram": _telegram, "email": _email,
}  # fmt: skip


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
