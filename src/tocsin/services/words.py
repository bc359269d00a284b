"""Words of the field: a person's correction becomes a proposal for the word list of its language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from tocsin.core.reference.viewer import Viewer
from tocsin.store.writes import desk as write

# Which reasons of a reading speak of which field.
_REASONS: Final = {
    "place": "reading.place",
    "events": "reading.event",
    "kind": "reading.kind",
    "priority": "reading.priority",
    "imminence": "reading.state",
    "actor_name": "reading.actor",
    "actor_type": "reading.actor",
}
_LONGEST: Final = 200


def propose(viewer: Viewer, report: Any, field: str, before: Any, after: Any, now: datetime) -> None:
    """Write down that a field was read wrongly, with the words it was read from, for whoever keeps the lists.

    Nothing is learned by itself: a person who knows the language accepts or rejects the proposal.
    Fields that no word list could have read right are left out.
    """
    if field not in _REASONS or before == after:
        return
    write.propose_word(
        report,
        by=viewer.account,
        at=now,
        field=field,
        words=", ".join(dict.fromkeys(_words_behind(report, field)))[:_LONGEST],
        read_as=_plain(before),
        corrected_to=_plain(after),
    )


def _words_behind(report: Any, field: str) -> Iterator[str]:
    """Yield the words of the text that a field was read from, as the reading's own reasons quote them."""
    if field == "place" and report.place_text:
        yield report.place_text
    for because in report.because:
        words = because["facts"].get("words")
        if because["code"].startswith(_REASONS[field]) and words:
            yield from (str(word).strip() for word in (words if isinstance(words, list) else str(words).split(",")))


def _plain(value: Any) -> str:
    return (", ".join(map(str, value)) if isinstance(value, list) else str(value or ""))[:_LONGEST]
