"""Reach those who are registered where a warning holds, and count who answered."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from tocsin.core.plans.warning_forms import forms_of
from tocsin.core.reference import load, rules
from tocsin.core.reference.languages import normalise
from tocsin.core.reference.terms import WelfareAnswer
from tocsin.core.reference.viewer import Viewer
from tocsin.services.local_time import mission_zone
from tocsin.services.refusals import found_or_refuse
from tocsin.store import access
from tocsin.store.queries import warnings as read
from tocsin.store.writes import alerts as write_alerts
from tocsin.store.writes import record
from tocsin.store.writes import warnings as write

# Authorities are told through their own channel, where the rule on alleged authors is kept.
_NOT_BY_LIST: Final = frozenset({"local_authority", "mission_patrol", "mission_base"})


def tell_people(row: Any, sender: str, now: datetime) -> int:
    """Put everybody registered in the places of a warning on its list, and a text message in the outgoing box.

    Who has no number, or speaks a language without a text, is put on the list for the telephone or
    a visit. In an exercise the list is made and nothing leaves.
    """
    value = read.as_value(row, sent_at=now)
    forms = {text.language: forms_of(value, text, sender=sender, zone=mission_zone()) for text in value.texts.values()}
    told = 0
    for source in read.people_in(list(row.places.all()), now):
        if source.role in _NOT_BY_LIST:
            continue
        language = _language_of(source, forms)
        by_text = language in forms and hasattr(source, "contact")
        key = f"warning:{row.ref}:{source.ref}" if by_text and not row.is_exercise else ""
        if key:
            write_alerts.put_out(
                key,
                purpose="warning",
                code="outgoing.warning",
                facts={"text": forms[language].sms},
                created_at=now,
                source=source,
                alert=row.alert,
                language=language,
            )
        told += write.tell(row, source, language=language, form="sms" if by_text else "voice", outgoing_key=key)
    return told


def _language_of(source: Any, forms: dict[str, Any]) -> str:
    """Return the first language of a person that has a text, then one of their place, then the first text there is."""
    spoken = [*source.languages, *(source.place.languages if source.place else ())]
    return next((language for language in spoken if language in forms), next(iter(forms), "en"))


def take_answer(message: Any, now: datetime) -> bool:
    """Write down what a warned person answers; True where the message says nothing else.

    A need of help, and every longer message, goes on to be read as a report as well: it is never
    only ticked off.
    """
    if message.source is None:
        return False
    hours = rules.value("warnings.answer_hours", now)
    asked = read.asked_of(message.source, now - timedelta(hours=hours))
    if not asked:
        return False
    said = answer_in(message.text)
    with transaction.atomic():
        for row in asked:
            write.answer(row, answer=said.value, at=now, through=message.channel)
    return said in (WelfareAnswer.SAFE, WelfareAnswer.HEARD)


def answer_in(text: str) -> WelfareAnswer:
    """Return what a message answers to a warning; whatever is not one of the known answers is something written."""
    plain = normalise(text)
    words = load.read_folder("wording")
    for answer in (WelfareAnswer.HELP, WelfareAnswer.SAFE, WelfareAnswer.HEARD):
        lists = words[f"community.answers.{answer.value}"].values()
        if any(plain == normalise(phrase) for spoken in lists for phrase in spoken.split("|")):
            return answer
    return WelfareAnswer.WROTE


def note_call(viewer: Viewer, ref: str, number: int, *, answer: WelfareAnswer | None, now: datetime) -> None:
    """Write that somebody on the list was called or met, and what they answered; None: nobody took the call."""
    with transaction.atomic():
        warning = found_or_refuse(read.warning_row(viewer, ref, for_change=True), "warning")
        access.require(viewer, "create", "warning", warning)
        row = found_or_refuse(read.recipient_row(warning, number), "warning")
        write.called(row, at=now, by=viewer.account)
        if answer is not None:
            write.answer(row, answer=answer.value, at=now, through="voice")
        record.note_many(viewer, "warned_person_called", [warning.ref], at=now)
