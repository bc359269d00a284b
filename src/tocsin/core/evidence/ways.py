"""By which ways a message can reach somebody, the best first."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class ContactKind(StrEnum):
    """What a contact is, by its form."""

    TELEPHONE = "telephone"
    TELEGRAM = "telegram"
    EMAIL = "email"
    RADIO = "radio"


TELEGRAM_PREFIX: Final = "telegram:"
RADIO_PREFIX: Final = "radio:"
_REACHES: Final = {
    ContactKind.TELEPHONE: ("sms", "whatsapp"),
    ContactKind.TELEGRAM: ("telegram",),
    ContactKind.EMAIL: ("email",),
    ContactKind.RADIO: (),
}


@dataclass(frozen=True, slots=True)
class Way:
    """One way out. `carries` as its adapter says; `is_failing` while its last try failed."""

    name: str
    carries: str
    rank: int = 10
    is_failing: bool = False


def kind_of(contact: str) -> ContactKind:
    """Return what a contact is.

    Examples
    --------
    >>> kind_of("telegram:41"), kind_of("liaison@base.example"), kind_of("+999 000 0101")
    (<ContactKind.TELEGRAM: 'telegram'>, <ContactKind.EMAIL: 'email'>, <ContactKind.TELEPHONE: 'telephone'>)
    """
    text = contact.strip().lower()
    if text.startswith(TELEGRAM_PREFIX):
        return ContactKind.TELEGRAM
    if text.startswith(RADIO_PREFIX):
        return ContactKind.RADIO
    return ContactKind.EMAIL if "@" in text else ContactKind.TELEPHONE


def ways_out(
    kind: ContactKind, ways: Iterable[Way], *, preferred: str = "", spent: Collection[str] = ()
) -> tuple[Way, ...]:
    """Return the ways by which a contact can be reached, the first to be tried first.

    What works goes before what fails, then the way the person wrote by themselves, then short
    messages before the rest, then by rank. `spent` are those that refused this message for good.
    """
    order = {carried: place for place, carried in enumerate(_REACHES[kind])}
    open_ways = [way for way in ways if way.carries in order and way.name not in spent]
    return tuple(
        sorted(
            open_ways,
            key=lambda way: (way.is_failing, way.carries != preferred, order[way.carries], way.rank, way.name),
        )
    )
