"""What a page or a call of the API asks for before it shows anything: the right to look, and a moment."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from django.core.exceptions import BadRequest

from tocsin.core.reference.results import Because
from tocsin.core.reference.viewer import Viewer
from tocsin.services import viewing
from tocsin.services.refusals import Refused

# The rules reach back to 1989; before the first of them nothing can be judged.
FIRST_MOMENT: Final = datetime(1990, 1, 1, tzinfo=UTC)


def require(viewer: Viewer, verb: str, kind: str) -> None:
    """Go on silently when the viewer may do `verb` on records of `kind`, otherwise refuse as if there were none."""
    if not viewing.may(viewer, verb, kind):
        raise Refused(Because("access.no_grant", {"role": viewer.role.value, "verb": verb, "kind": kind}))


def past_moment(request: Any) -> datetime | None:
    """Return the past moment that a page was asked for, None for the present.

    Raises
    ------
    BadRequest
        When the moment cannot be read, lies in the future, or before anything can be judged.
    """
    asked: datetime | None = request.as_of
    if asked is None:
        # The present, shown to somebody who asked for the past, would pass for the past.
        if request.GET.get("as_of"):
            raise BadRequest("as_of")
        return None
    if not FIRST_MOMENT <= asked <= request.now:
        raise BadRequest("as_of")
    return asked.astimezone(UTC)


def moment(request: Any) -> datetime:
    """Return the moment that a page shows: the past one asked for, or now."""
    now: datetime = request.now
    return past_moment(request) or now


def number(text: str, *, least: int, most: int, otherwise: int) -> int:
    """Return a whole number from an address, kept within its limits; `otherwise` where it is none."""
    return min(max(int(text), least), most) if text.isascii() and text.isdigit() and len(text) < 10 else otherwise


def hours(text: str, *, otherwise: float) -> float:
    """Return hours from an address or a form: more than 0 and at most 240; `otherwise` where it is none."""
    try:
        found = float(text.replace(",", "."))
    except ValueError:
        return otherwise
    return found if 0 < found <= 240 else otherwise


def plain(text: str, most: int = 200) -> str:
    """Return text from an address or a form without what no column takes."""
    return "".join(letter for letter in text[:most] if letter.isprintable() or letter in "\n\t").strip()
