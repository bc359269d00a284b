"""Erase who told us, and how people are reached: every column that holds it names its eraser here.

What was said stays, and so does that one and the same source said it: an erased source counts as one
source, and nobody can find out which. Limits: a copy kept elsewhere is erased when it expires; what
a sender wrote about themselves in a message stays, for messages are never changed.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.apps import apps
from django.db import connection
from django.db.models import BinaryField, Model

from tocsin.store.models import (
    Account,
    FocalPoint,
    Gathering,
    Message,
    OutgoingMessage,
    Piece,
    SealedContact,
    Source,
    WarningRecipient,
)

# table.column: the eraser that empties it
ERASED_BY: Final = {
    "source.handle": "erase_source",
    "sealedcontact.sealed": "erase_source",
    "message.dedupe_key": "erase_source",
    "outgoingmessage.text_sealed": "erase_source",
    "gathering.handle": "erase_source",
    "piece.fingerprint": "erase_source",
    "piece.text_sealed": "erase_source",
    "account.contact_sealed": "erase_account",
    "account.contact_handle": "erase_account",
}
# table.column: why it is nobody's personal data
NOT_PERSONAL: Final = {
    "signingkey.private_sealed": "the key by which the mission signs; destroyed when it is retired",
    "signingkey.fingerprint": "of a certificate that everybody may have",
    "trustanchor.fingerprint": "of a certificate that everybody may have",
    "feedsubscription.fingerprint": "of a random token; it ends by being revoked",
    "incomingwarning.body": "a message that its sender gave to the public",
    "gateway.secret_sealed": "the key by which a machine signs",
    "gateway.outbound_sealed": "the key by which we sign to a machine",
    "accesstoken.fingerprint": "of a random token; it ends by being revoked",
    "outgoingmessage.dedupe_key": "made of references",
    "workitem.dedupe_key": "made of references",
    "auditseal.sealed_at": "a moment",
    "codebook.entries_sealed": "what the signals of a village mean",
    "focalpoint.phone": "whether the telephone works",
}
_TELLING = ("handle", "sealed", "fingerprint", "contact", "phone", "dedupe")


def erase_source(source: Source, *, at: datetime) -> None:
    """Take away how to reach a source and how to know it again; its reports and incidents stay."""
    SealedContact.objects.filter(source=source).delete()
    Gathering.objects.filter(source=source).delete()
    OutgoingMessage.objects.filter(source=source, sent_at=None).delete()
    OutgoingMessage.objects.filter(source=source).update(source=None, text_sealed=None)
    for message in Message.objects.filter(source=source).only("pk"):
        # The key of a message without a gateway's number is made from the fingerprint of its sender.
        Message.objects.filter(pk=message.pk).update(dedupe_key=_unknowable())
    # A role in a village would still tell who it was.
    FocalPoint.objects.filter(source=source).update(source=None, place=None, until_on=at.date())
    WarningRecipient.objects.filter(source=source).update(source=None)
    Source.objects.filter(pk=source.pk).update(
        handle=_unknowable(), place=None, languages=[], network="", last_heard_at=None, erased_at=at
    )


def erase_account(account: Account) -> None:
    """Take away how to reach the holder of an account, and close it; what it did stays on record."""
    for name in ("mfa.Authenticator", "usersessions.UserSession"):
        apps.get_model(name)._default_manager.filter(user=account).delete()
    account.contact_sealed, account.contact_handle, account.is_active = None, "", False
    account.set_unusable_password()
    account.save(update_fields=["contact_sealed", "contact_handle", "is_active", "password"])


def leave_no_trace() -> None:
    """Write what was erased out of the store's files too; outside any transaction."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        for model in {Source, SealedContact, Message, OutgoingMessage, Account, Gathering, Piece}:
            cursor.execute(f"VACUUM {model._meta.db_table}")


def hidden_columns(models: Iterator[type[Model]] | None = None) -> frozenset[str]:
    """Return every column that by its kind or its name holds something of a person, as ``table.column``."""
    return frozenset(
        f"{model._meta.model_name}.{field.name}"
        for model in models or apps.get_app_config("tocsin").get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, BinaryField) or any(word in field.name for word in _TELLING)
    )


def _unknowable() -> str:
    return f"erased:{secrets.token_hex(16)}"
