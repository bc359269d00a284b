"""Accounts: where a post belongs and how it is reached. A number goes in and never comes out again."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db import transaction

from tocsin.core.evidence.ways import ContactKind, kind_of
from tocsin.core.reference.results import Because, Hidden
from tocsin.core.reference.terms import Component
from tocsin.core.reference.viewer import Viewer
from tocsin.services.refusals import Refusal, found_or_refuse
from tocsin.store import access
from tocsin.store.queries import alerts as read
from tocsin.store.writes import accounts as write
from tocsin.store.writes import record

LANGUAGES: Final = ("en", "fr", "ar")
LONGEST: Final = 120
_TOP: Final = 20
_LEAST_DIGITS: Final = 6


def set_telephone(viewer: Viewer, username: str, contact: Hidden[str] | None, *, now: datetime) -> Any:
    """Seal the number or address of an account, or take it away; None takes it away.

    Raises
    ------
    Refusal
        When it is neither a number nor an address, or another account is reached by it.
    """
    with transaction.atomic():
        access.require(viewer, "change", "account")
        row = found_or_refuse(read.account(username), "account")
        if contact is not None and not _is_usable(contact):
            raise Refusal(Because("account.no_contact"))
        if contact is not None and write.is_contact_taken(contact, but=row):
            raise Refusal(Because("account.contact_taken"))
        write.set_contact(row, contact)
        verb = "telephone_entered" if contact else "telephone_taken_away"
        record.note_many(viewer, verb, [f"account:{username}"], at=now, groups=["identity"])
        return row


def _is_usable(contact: Hidden[str]) -> bool:
    text = contact.reveal(purpose="check that something can be sent there")
    if not 0 < len(text) <= LONGEST or not text.isprintable():
        return False
    if kind_of(text) is not ContactKind.TELEPHONE:
        return True
    digits = sum(sign.isdecimal() for sign in text)
    return digits >= _LEAST_DIGITS and all(sign.isdecimal() or sign in "+ ()./-" for sign in text)


def change(viewer: Viewer, username: str, fields: dict[str, Any], *, now: datetime) -> Any:
    """Change the post, the component, the language of the pages, the step on the ladder, or the mark "on duty"."""
    with transaction.atomic():
        access.require(viewer, "change", "account")
        row = found_or_refuse(read.account(username), "account")
        given = {name: value for name, value in fields.items() if value is not None}
        if not given:
            raise Refusal(Because("form.nothing_changed"))
        _refuse_wrong(given)
        write.change(row, **given)
        record.note_many(viewer, "account_changed", [f"account:{username}"], at=now)
        return row


def _refuse_wrong(given: dict[str, Any]) -> None:
    allowed = {
        "component": lambda value: value in list(Component),
        "language": lambda value: value in LANGUAGES,
        "rung": lambda value: isinstance(value, int) and 0 <= value <= _TOP,
        "title": lambda value: isinstance(value, str) and len(value) <= 80,
        "on_duty": lambda value: isinstance(value, bool),
    }
    for name, value in given.items():
        if name not in allowed or not allowed[name](value):
            raise Refusal(Because("form.nothing_chosen", {"field": name}))
