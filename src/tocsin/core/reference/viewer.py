"""Who is looking, and why they may."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from tocsin.core.reference.terms import Purpose, Role, Sensitivity


class Secrecy(IntEnum):
    """The five levels of the access gate, from open to sealed."""

    PUBLIC = 0
    PARTNER = 1
    RESTRICTED = 2
    CONFIDENTIAL = 3
    SEALED = 4


def secrecy_of(sensitivity: Sensitivity) -> Secrecy:
    """Return the level at which a record of this sensitivity is held.

    Examples
    --------
    >>> secrecy_of(Sensitivity.SEVERE).name
    'CONFIDENTIAL'
    """
    return Secrecy.CONFIDENTIAL if sensitivity is Sensitivity.SEVERE else Secrecy.RESTRICTED


@dataclass(frozen=True, slots=True)
class Viewer:
    """One person (or the system itself) looking at records for a stated purpose.

    `sector` empty means the whole mission. `account` is the login name, never a person's name.
    """

    account: str
    role: Role
    sector: str = ""
    language: str = "en"
    purpose: Purpose = Purpose.DUTY
    actor: str = ""
    system: bool = False


SYSTEM = Viewer(account="system", role=Role.DUTY_OFFICER, purpose=Purpose.DUTY, system=True)
