"""Carry out what must leave: answers to villages, alerts to people on duty."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from tocsin.core.reference import wording
from tocsin.core.reference.results import Hidden
from tocsin.core.reference.viewer import SYSTEM
from tocsin.store import vault
from tocsin.store.queries import alerts as read
from tocsin.store.writes import alerts as write
from tocsin.store.writes import record

TRY_AGAIN = timedelta(minutes=15)


class NoWayOut(Exception):
    """The way out does not answer; the message stays and is tried again."""


def send(number: str, now: datetime) -> None:
    """Hand one outgoing message to its way out. A notice to a desk arrives on its screen.

    Without a way out to telephones, what is meant for a village stays unsent, and the duty desk
    shows it as unsent.
    """
    outgoing = read.outgoing_row(number)
    if outgoing is None or outgoing.sent_at is not None:
        return
    spool = spool_folder()
    contact = _contact_of(outgoing)
    if spool and contact is not None:
        text = wording.say(outgoing.code, outgoing.facts, outgoing.language)
        _spool(spool, f"tocsin-{outgoing.pk}", contact, text)
    elif outgoing.account is None:
        write.mark_unsent(outgoing, error="no_way_out")
        again = now + TRY_AGAIN
        record.enqueue("send", number, run_at=again, key=f"send:{number}:{again.isoformat(timespec='seconds')}")
        return
    if write.mark_sent(outgoing, at=now):
        record.note_many(SYSTEM, "sent", [f"O-{outgoing.pk:06d}"], at=now)


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


def _spool(target: Path, name: str, contact: Hidden[str], text: str) -> None:
    """Write one file for the modem's daemon (the form that smstools reads), whole or not at all."""
    if not target.is_dir():
        raise NoWayOut(f"outgoing_spool '{target.name}' is not a folder")
    # The daemon takes a number in digits only, however its holder spelled it.
    number = "".join(sign for sign in contact.reveal(purpose="reply") if sign.isdecimal())
    body = f"To: {number}\nAlphabet: UCS\n\n".encode()
    part = target / f".{name}.part"
    part.touch(mode=0o600)
    with part.open("wb") as file:
        file.write(body + text.encode("utf-16-be"))
        file.flush()
        os.fsync(file.fileno())
    part.rename(target / name)
    # It is called sent once this returns, so the name too must outlast a power cut.
    folder = os.open(target, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
