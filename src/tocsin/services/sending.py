"""Carry out what must leave: answers to villages, alerts to people on duty. Claim, send, write down."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import transaction

from tocsin import channels
from tocsin.core.evidence.gateways import Carried, DeliveryReport, GatewayAdapter, Handed, Letter, Outgoing, Verdict
from tocsin.core.evidence.ways import Way, kind_of, ways_out
from tocsin.core.reference import wording
from tocsin.core.reference.results import Hidden
from tocsin.core.reference.terms import WarningState
from tocsin.core.reference.viewer import SYSTEM
from tocsin.services import carrying
from tocsin.store import vault
from tocsin.store.queries import alerts as read
from tocsin.store.queries import gateways, warnings
from tocsin.store.writes import gateways as write
from tocsin.store.writes import record

TRY_AGAIN: Final = timedelta(minutes=15)
SCREEN: Final = "screen"
SPOOL: Final = "spool"
_FIRST_PAUSE_S: Final = 5
# A second way is tried only while there is time for it: the claim on the message ends soon after.
_TIME_FOR_ANOTHER_S: Final = 4.5

# Rules that may hold a message back, such as somebody's quiet hours: each returns until when, or None.
HOLDS: Final[list[Callable[[Any, datetime], datetime | None]]] = []


@dataclass(frozen=True, slots=True)
class _Plan:
    """One message in hand, and the ways by which to try it."""

    row: Any
    contact: Hidden[str]
    ways: tuple[Way, ...]
    outgoing: Outgoing


@dataclass(frozen=True, slots=True)
class _Tried:
    """What one way made of a message."""

    way: Way
    handed: Handed


def send(number: str, now: datetime) -> None:
    """Hand one outgoing message to a way out. A notice to a desk stands on its screen in any case.

    The claim and the result are two short transactions, and nothing waits for a provider inside
    one. A sender that dies between them leaves the message to be sent again under the same key, so
    that it arrives at least once, and once where the provider knows its keys.
    """
    with transaction.atomic():
        plan = _claim(number, now)
    if plan is None:
        return
    tried = tuple(_try_each(plan, now))
    with transaction.atomic():
        _write_down(plan, tried, now)


def _claim(number: str, now: datetime) -> _Plan | None:
    row = read.outgoing_row(number)
    if row is None or (row.sent_at is not None and row.failed_at is None):
        return None
    if row.purpose == "warning" and _is_over(row, now):
        fail(row, now, error="warning_over")
        return None
    until = max((held for rule in HOLDS if (held := rule(row, now)) is not None), default=None)
    if until is not None and until > now:
        _again(row, until)
        return None
    contact = _contact_of(row)
    ways = _ways_for(row, contact, now) if contact else ()
    if not write.claim(row, now=now):
        _again(row, now + write.CLAIM)  # another sender has it, or had it and died
        return None
    if contact is None or not ways:
        _without_a_way(row, contact, now)
        return None
    key = vault.mark(f"outgoing:{row.pk}:{row.dedupe_key}", "outgoing")[:32]
    return _Plan(row, contact, ways, Outgoing(key, contact, _text_of(row), _report_to()))


def _is_over(row: Any, now: datetime) -> bool:
    """Whether the warning that a message carries was ended or has run out while the message waited."""
    warning = warnings.warning_of_message(row.pk)
    return warning is not None and (warning.state != WarningState.RELEASED.value or warning.expires_at <= now)


def _ways_for(row: Any, contact: Hidden[str], now: datetime) -> tuple[Way, ...]:
    ways = [gateways.as_way(one, _adapter(one.channel).CARRIES, now=now) for one in _able()]
    if spool_folder() is not None:
        ways.append(Way(SPOOL, "sms", rank=99))
    kind = kind_of(contact.reveal(purpose="choose a way out"))
    return ways_out(kind, ways, preferred=row.channel, spent=row.routes_failed)


def _able() -> list[Any]:
    """Return the gateways that can carry something out: all that their adapter needs is entered."""
    return [one for one in gateways.senders() if _is_able(one)]


def _is_able(row: Any) -> bool:
    adapter = _adapter(row.channel)
    return bool(adapter.CARRIES) and all(row.options.get(need) for need in adapter.NEEDS)


def _adapter(channel: str) -> GatewayAdapter:
    return channels.gateway(channel)


def _without_a_way(row: Any, contact: Hidden[str] | None, now: datetime) -> None:
    """Tell a desk on its screen alone, and say so where it has a telephone; keep what is for a village."""
    if row.failed_at is not None:
        return  # every way has refused it: that is written down, and the desk shows it
    if row.account is not None:
        write.mark_sent(row, at=now, route=SCREEN, error="no_way_out" if contact else "")
        record.note_many(SYSTEM, "sent", [_ref(row)], at=now)
        return
    write.mark_unsent(row, error="no_way_out", spent=row.routes_failed)
    _again(row, now + TRY_AGAIN)


def _try_each(plan: _Plan, now: datetime) -> Iterator[_Tried]:
    """Yield what each way made of a message, until one takes it or the time for more is over."""
    started = time.monotonic()
    for way in plan.ways:
        handed = (
            _spool(f"tocsin-{plan.row.pk}", plan.contact, plan.outgoing.text)
            if way.name == SPOOL
            else _hand_over(plan.outgoing, way, now)
        )
        yield _Tried(way, handed)
        if handed.verdict is Verdict.TAKEN or time.monotonic() - started > _TIME_FOR_ANOTHER_S:
            return


def _hand_over(said: Outgoing, way: Way, now: datetime) -> Handed:
    gateway = gateways.active(way.name)
    if gateway is None:
        return Handed(Verdict.LATER, reason="switched_off")
    adapter, secret = _adapter(gateway.channel), gateways.outbound_secret(gateway)
    outgoing = replace(said, report_to=said.report_to.replace("{gateway}", way.name))
    request = adapter.compose(outgoing, secret=secret, options=gateway.options, as_of=now)
    if isinstance(request, Letter):
        return carrying.post_letter(request, password=secret.reveal(purpose="send"), options=gateway.options)
    came = carrying.carry(request)
    return came if isinstance(came, Handed) else adapter.understand(*came)


def hand_over_test(gateway: Any, account: Any, *, now: datetime) -> Handed | None:
    """Hand a test message for an account to one gateway; None where the account has no telephone. Nothing is kept."""
    if not account.contact_sealed:
        return None
    contact = vault.unseal(account.contact_sealed, f"account:{account.username}")
    way = gateways.as_way(gateway, _adapter(gateway.channel).CARRIES, now=now)
    key = vault.mark(f"test:{gateway.name}:{now.isoformat()}", "outgoing")[:32]
    text = wording.label("outgoing.test", account.language)
    return _hand_over(Outgoing(key, contact, text, _report_to()), way, now)


def _write_down(plan: _Plan, tried: tuple[_Tried, ...], now: datetime) -> None:
    for one in tried:
        # A provider that refuses one number is well: only what it could not do at all counts against it.
        error = one.handed.reason if one.handed.verdict is Verdict.LATER else ""
        write.note_try(one.way.name, at=now, error=error)
    last = tried[-1]
    if last.handed.verdict is Verdict.TAKEN:
        # A provider that gives no number of its own reports by ours.
        number = last.handed.vendor_id or plan.outgoing.key
        if write.mark_sent(plan.row, at=now, route=last.way.name, vendor_id=number):
            record.note_many(SYSTEM, "sent", [_ref(plan.row)], at=now)
        return
    refused = {one.way.name for one in tried if one.handed.verdict is Verdict.NEVER}
    spent = sorted({*plan.row.routes_failed, *refused})
    attempts = write.mark_unsent(plan.row, error=last.handed.reason, spent=spent)
    if {way.name for way in plan.ways} <= set(spent):
        fail(plan.row, now)
        return
    _again(plan.row, now + min(timedelta(seconds=_FIRST_PAUSE_S * 2 ** min(attempts - 1, 10)), TRY_AGAIN))


def fail(row: Any, now: datetime, *, error: str = "") -> None:
    """Write that no way is left to reach somebody; the silence of their alert is looked at now, not when it is due.

    `error` says why, where it is another reason than what the last way answered.
    """
    if not write.mark_failed(row, at=now, error=error):
        return
    record.note_many(SYSTEM, "withdrawn" if error else "not_sent", [_ref(row)], at=now)
    look_at_alert(row, now)


def is_early(gateway: Any, given: DeliveryReport, now: datetime) -> bool:
    """Return whether a report may be on a message whose number we have not written down yet.

    "Sent" tells us nothing new, so nobody need come again for it.
    """
    if given.state is Carried.SENT or not given.vendor_id or not _adapter(gateway.channel).CARRIES:
        return False
    return gateways.is_early(gateway, given.vendor_id, now=now)


def take_receipt(gateway: Any, given: DeliveryReport, now: datetime) -> None:
    """Believe a delivery report as far as it goes: what did not arrive takes another way, and its alert is looked at."""
    failed = write.take_receipt(gateway, given, at=now)
    if failed is None:
        return
    record.note_many(SYSTEM, "not_delivered", [_ref(failed)], at=now)
    record.enqueue("send", str(failed.pk), run_at=now, key=f"send:{failed.pk}:instead_of:{gateway.name}")
    look_at_alert(failed, now)


def look_at_alert(row: Any, now: datetime) -> None:
    """Ask for the alert of a message that reached nobody to be looked at at once."""
    if row.alert is not None:
        record.enqueue("watch", row.alert.ref, run_at=now, key=f"watch:{row.alert.ref}:undelivered:{row.pk}")


def _again(row: Any, at: datetime) -> None:
    record.enqueue("send", str(row.pk), run_at=at, key=f"send:{row.pk}:{at.isoformat(timespec='milliseconds')}")


def _ref(row: Any) -> str:
    return f"O-{row.pk:06d}"


def _text_of(row: Any) -> str:
    if row.text_sealed is not None:
        return vault.unseal(row.text_sealed, f"outgoing:{row.dedupe_key}").reveal(purpose="send")
    text = wording.say(row.code, row.facts, row.language)
    # Whoever is woken in a drill reads it in the first word.
    is_drill = row.alert is not None and row.alert.is_drill
    return f"{wording.label('word.exercise', row.language)}: {text}" if is_drill else text


def _report_to() -> str:
    """Return where providers are to send delivery reports, with the gateway's name still to be put in."""
    address = str(settings.MISSION.get("public_address", "")).rstrip("/")
    return f"{address}/in/{{gateway}}/" if address else ""


def _contact_of(outgoing: object) -> Hidden[str] | None:
    """Return where to send it; opened here and nowhere else."""
    account = getattr(outgoing, "account", None)
    source = getattr(outgoing, "source", None)
    if account is not None and account.contact_sealed:
        return vault.unseal(account.contact_sealed, f"account:{account.username}")
    if source is not None and hasattr(source, "contact"):
        return vault.unseal(source.contact.sealed, f"contact:{source.ref}")
    return None


def spool_folder() -> Path | None:
    """Return the folder from which a modem's daemon sends; None where none is set up.

    A relative path of mission.toml is meant inside the mission folder.
    """
    named = settings.MISSION.get("outgoing_spool")
    return settings.MISSION_FOLDER / named if named and settings.MISSION_FOLDER else None


def has_way_out(carried: str = "sms") -> bool:
    """Return whether something can leave by this kind of way at all."""
    if carried == "sms" and spool_folder() is not None:
        return True
    return any(carried == _adapter(one.channel).CARRIES for one in _able())


def _spool(name: str, contact: Hidden[str], text: str) -> Handed:
    """Write one file for the modem's daemon (the form that smstools reads), whole or not at all."""
    target = spool_folder()
    if target is None or not target.is_dir():
        return Handed(Verdict.LATER, reason="no_spool_folder")
    # The daemon takes a number in digits only, however its holder spelled it.
    number = "".join(sign for sign in contact.reveal(purpose="reply") if sign.isdecimal())
    body = f"To: {number}\nAlphabet: UCS\n\n".encode()
    part = target / f".{name}.part"
    try:
        part.touch(mode=0o600)
        with part.open("wb") as file:
            file.write(body + text.encode("utf-16-be"))
            file.flush()
            os.fsync(file.fileno())
        part.rename(target / name)
        _sync(target)
    except OSError:
        return Handed(Verdict.LATER, reason="spool_not_written")
    return Handed(Verdict.TAKEN)


def _sync(folder: Path) -> None:
    """Write a folder's names to the disk: it is called sent after this, so they must outlast a power cut."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
