"""From a coded message to a reading: what the codes say, never less than what the words say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from tocsin.core.evidence.coded import Coded, Part
from tocsin.core.evidence.types import Count, Reading
from tocsin.core.reference import rules
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import EventCode, FieldKind, ImminenceState, Priority, ReportKind

_WARNS: Final = frozenset({EventCode.MOB, EventCode.THR, EventCode.TNS, EventCode.HSP, EventCode.TRH})
_FLEES: Final = frozenset({EventCode.DIS, EventCode.IDB, EventCode.NED})
_TELLS: Final = frozenset({EventCode.PRO, EventCode.NED})
_UNPLACED: Final = frozenset({"place_unknown", "place_ambiguous", "place_assumed", "unread", "language_unknown"})
_SEVERITY: Final = (
    ImminenceState.ONGOING, ImminenceState.IMMINENT, ImminenceState.EMERGING, ImminenceState.POTENTIAL,
    ImminenceState.SUBSIDED, ImminenceState.NONE, ImminenceState.CLOSED,
)  # fmt: skip


def as_reading(coded: Coded, free: Reading, *, as_of: datetime) -> Reading:
    """Return the reading of a coded message.

    Where every part is right the codes decide; where one is wrong, or words follow the last part,
    the free reading of the words stands beside them and the more urgent of the two counts.

    Parameters
    ----------
    coded : Coded
        The message as its network's code sheet reads it.
    free : Reading
        The same message read as free text; its place stands in where no code names one.
    """
    events = tuple(dict.fromkeys(event for part in coded.parts for code, _ in part.codes for event in code.events))
    state = _state(coded, events, as_of)
    made = replace(
        free,
        kind=_kind(events, coded),
        events=events,
        state=state,
        priority=_priority(events, as_of),
        toll=_toll(coded.parts),
        flags=_flags(coded, free, events),
        doubts=_doubts(coded, free),
        because=(*_why(coded), *free.because),
        actor=None,
    )
    made = _placed(made, coded)
    made = replace(made, because=(Because("coded.priority", {"priority": made.priority.value}), *made.because))
    return _at_least(made, free) if coded.problems or coded.rest else made


def _at_least(made: Reading, free: Reading) -> Reading:
    """Return a reading that is no calmer than what the words say by themselves."""
    if free.kind is ReportKind.UNREAD:
        # A code we cannot read is never less urgent than a message we cannot read.
        return replace(made, priority=min(made.priority, free.priority, key=_rank)) if not made.events else made
    is_higher = _rank(free.priority) < _rank(made.priority)
    if not is_higher and made.events:
        return replace(made, events=tuple(dict.fromkeys((*made.events, *free.events))), actor=free.actor)
    return replace(
        free,
        events=tuple(dict.fromkeys((*made.events, *free.events))),
        toll={**free.toll, **made.toll},
        flags=tuple(dict.fromkeys((*made.flags, *free.flags))),
        doubts=made.doubts,
        because=(Because("coded.free_text_higher"), *made.because),
        place=made.place,
        place_text=made.place_text,
        place_precision=made.place_precision,
        point=made.point,
    )


def _rank(priority: Priority) -> int:
    return tuple(Priority).index(priority)


def _kind(events: Sequence[EventCode], coded: Coded) -> ReportKind:
    told = frozenset(events)
    if not told:
        return ReportKind.UPDATE if not coded.problems or _says_nothing(coded) else ReportKind.UNREAD
    for kind, codes in (
        (ReportKind.UPDATE, _TELLS),
        (ReportKind.THREAT_WARNING, _WARNS),
        (ReportKind.DISPLACEMENT, _FLEES),
        (ReportKind.SIGNAL, frozenset({EventCode.SIG})),
        (ReportKind.RUMOUR, frozenset({EventCode.RUM})),
    ):
        if told <= codes:
            return kind
    return ReportKind.INCIDENT


def _says_nothing(coded: Coded) -> bool:
    return any(code.nothing for part in coded.parts for code, _ in part.codes)


def _state(coded: Coded, events: Sequence[EventCode], as_of: datetime) -> ImminenceState:
    usual = rules.value("networks.coded.state", as_of)
    said = [code.state for part in coded.parts for code, _ in part.codes if code.state is not None]
    said += [ImminenceState(usual.get(event.value, "potential")) for event in events] if not said else []
    return min(said, key=_SEVERITY.index, default=ImminenceState.NONE)


def _priority(events: Sequence[EventCode], as_of: datetime) -> Priority:
    usual = rules.value("networks.coded.priority", as_of)
    return min((Priority(usual.get(event.value, "P3")) for event in events), key=_rank, default=Priority.P4)


def _toll(parts: Sequence[Part]) -> dict[str, Count]:
    found: dict[str, Count] = {}
    for part in parts:
        if part.count is not None and part.field.toll:
            found[part.field.toll] = part.count
        for code, number in part.codes:
            if code.toll:
                found[code.toll] = Count(number, number)
    return found


def _placed(made: Reading, coded: Coded) -> Reading:
    named = next((part.place for part in coded.parts if part.place is not None), None)
    return replace(made, place=named, place_text="", place_precision=1, point=None) if named else made


def _flags(coded: Coded, free: Reading, events: Sequence[EventCode]) -> tuple[str, ...]:
    found = ["coded"]
    if not events and _says_nothing(coded) and not coded.problems:
        found.append("negative_report")
    found += [f"need:{code.need}" for part in coded.parts for code, _ in part.codes if code.need]
    if EventCode.SIG in events:
        found.append("need_callback")
    kept = [flag for flag in free.flags if flag not in ("need_callback", "negative_report")]
    return tuple(dict.fromkeys((*found, *kept)))


def _doubts(coded: Coded, free: Reading) -> tuple[str, ...]:
    kept = [doubt for doubt in free.doubts if doubt not in _UNPLACED]
    if any(part.problem is not None for part in coded.parts if part.field.kind is FieldKind.PLACE):
        kept.append("coded_place_unknown")
    if any(part.problem is not None for part in coded.parts if part.field.kind is not FieldKind.PLACE):
        kept.append("code_unknown")
    if all(part.place is None for part in coded.parts) and free.place is None:
        kept.append("place_unknown")
    return tuple(dict.fromkeys(kept))


def _why(coded: Coded) -> list[Because]:
    """Return what each part said, by the words of the code sheet, never by what was written."""
    found = [Because("coded.read", {"sheet": coded.sheet.name, "parts": len(coded.parts)})]
    for part in coded.parts:
        facts = {"part": part.position, "field": part.field.label}
        if part.problem is not None:
            found.append(Because("coded.wrong", facts))
        elif said := _said(part):
            found.append(Because("coded.field", facts | {"value": said}))
    return found


def _said(part: Part) -> str:
    if part.codes:
        labels = (code.label or "+".join(code.events) or "–" for code, _ in part.codes)
        numbers = (number for _, number in part.codes)
        return ", ".join(f"{label} {number}" if number is not None else label for label, number in zip(labels, numbers, strict=True))  # fmt: skip
    if part.count is not None:
        least, most = part.count.least, part.count.most
        return "?" if least is None else f"{least}" if least == most else f"{least}–{most if most is not None else '?'}"
    if part.place is not None:
        return part.place.ref
    return "✓" if part.answer else "✗" if part.answer is False else ""


def parts_to_ask(coded: Coded) -> tuple[int, str] | None:
    """Return the number of the part to ask about and the question's key, None where all is right."""
    wrong = [part for part in coded.parts if part.problem is not None]
    if not wrong:
        return None
    # The place first: without it nobody can be sent.
    first = next((part for part in wrong if part.field.kind is FieldKind.PLACE), wrong[0])
    return first.position, "coded_place" if first.field.kind is FieldKind.PLACE else "coded_part"
