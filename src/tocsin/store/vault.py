"""Seals and fingerprints: contacts are kept sealed, and compared only by keyed fingerprint."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata

import phonenumbers
from django.conf import settings
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from tocsin.core.reference.results import Hidden


def fingerprint(contact: Hidden[str]) -> str:
    """Return the keyed fingerprint of a contact; without the key nobody can try out all numbers."""
    plain = _canonical(contact.reveal(purpose="fingerprint"))
    return hmac.new(settings.VAULT_KEYS["handles"], plain.encode(), hashlib.sha256).hexdigest()


def token_fingerprint(token: str) -> str:
    """Return the keyed fingerprint under which a token is kept."""
    return hmac.new(settings.VAULT_KEYS["tokens"], token.encode(), hashlib.sha256).hexdigest()


def seal(plain: Hidden[str], bound_to: str) -> bytes:
    """Return `plain` sealed under a key of its own for `bound_to`, so that no row opens another's."""
    box = SecretBox(_key_for(bound_to))
    return bytes(box.encrypt(plain.reveal(purpose="seal").encode()))


def unseal(sealed: bytes | memoryview, bound_to: str) -> Hidden[str]:
    """Return what `seal` closed.

    Raises
    ------
    ValueError
        When the seal was broken, or belongs to another row.
    """
    try:
        return Hidden(SecretBox(_key_for(bound_to)).decrypt(bytes(sealed)).decode())
    except CryptoError:
        raise ValueError(f"the seal of {bound_to.split(':')[0]} does not open: altered, or of another row") from None


def mark(text: str, purpose: str) -> str:
    """Return a digest that nobody can make without the mission's key: who has only the database cannot forge it."""
    return hmac.new(_key_for(purpose), text.encode(), hashlib.sha256).hexdigest()


def _key_for(bound_to: str) -> bytes:
    return hmac.new(settings.VAULT_KEYS["vault"], bound_to.encode(), hashlib.sha256).digest()


def _canonical(contact: str) -> str:
    """Return one spelling for all ways of writing the same number."""
    letters = (letter for letter in unicodedata.normalize("NFKC", contact) if unicodedata.category(letter) != "Cf")
    text = "".join(str(unicodedata.decimal(letter, letter)) for letter in letters).strip()
    if text.startswith("00"):  # the way out of most national networks
        text = f"+{text[2:]}"
    try:
        parsed = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        digits = "".join(letter for letter in text if letter.isdigit())
        return digits if len(digits) >= 5 and not any(letter.isalpha() for letter in text) else text.casefold()
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164).lstrip("+")
