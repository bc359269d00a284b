"""Coded messages: a grammar that each network sets up for itself, and what a message says by it.

Two styles are known. In the labelled one every part is announced by its mark before the sign
(``anketa#a#non00b#wed1c#7d#pol24ngo2``); in the plain one the parts stand in order (``A 3 NYA``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from tocsin.core.evidence.types import Count
from tocsin.core.places.gazetteer import Gazetteer
from tocsin.core.places.types import Place
from tocsin.core.reference.languages import fold
from tocsin.core.reference.results import Problem
from tocsin.core.reference.terms import EventCode, FieldKind, ImminenceState

TOLL_KEYS: Final = ("killed", "injured", "abducted", "detained", "displaced", "displaced_households", "children", "heads")  # fmt: skip
MOST: Final = 1_000_000
_PAIR: Final = re.compile(r"([^\W\d_]+)(\d*)")
_BETWEEN: Final = re.compile(r"[\s,;+/.-]*")
_RANGE: Final = re.compile(r"(\d{1,7})(?:\s*-\s*(\d{1,7})|(\+))?")
_YES: Final = frozenset({"y", "yes", "o", "oui", "ndiyo", "1", "نعم"})
_NO: Final = frozenset({"n", "no", "non", "hapana", "0", "لا"})


@dataclass(frozen=True, slots=True)
class Code:
    """What one code stands for. `nothing` is a negative report: all is well on this point."""

    label: str = ""
    events: tuple[EventCode, ...] = ()
    toll: str = ""
    need: str = ""
    nothing: bool = False
    state: ImminenceState | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One part of a coded message. `mark` announces it in the labelled style; `toll` is what a number counts."""

    key: str
    label: str
    kind: FieldKind
    mark: str = ""
    needed: bool = True
    toll: str = ""
    least: int = 0
    most: int = MOST
    codes: Mapping[str, Code] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A code sheet: the word it starts with (may be empty), the signs between parts, and the parts."""

    name: str
    fields: tuple[Field, ...]
    keyword: str = ""
    signs: str = " "
    is_labelled: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One part as it was read: what stood there, what it says, or the problem with it."""

    field: Field
    position: int
    raw: str
    codes: tuple[tuple[Code, int | None], ...] = ()
    count: Count | None = None
    place: Place | None = None
    answer: bool | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Coded:
    """A message read by a code sheet. `rest` are words after the last part."""

    sheet: Sheet
    parts: tuple[Part, ...]
    rest: str = ""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Return what is wrong, in the order of the parts."""
        return tuple(part.problem for part in self.parts if part.problem is not None)


def read_coded(text: str, sheet: Sheet, *, gazetteer: Gazetteer, home: Place | None) -> Coded | None:
    """Return what a message says by a code sheet, None when it is not a message of that sheet.

    A sheet without a starting word takes a message for coded when at least half of the needed
    parts, and two of them, read well: a mistake in the others is then a mistake, not another message.
    """
    body = _body(text, sheet)
    if body is None:
        return None
    raws, rest = _labelled(body, sheet) if sheet.is_labelled else _in_order(body, sheet)
    parts = tuple(
        _read(part, position, raws.get(part.key, ""), gazetteer=gazetteer, home=home)
        for position, part in enumerate(sheet.fields, start=1)
    )
    found = Coded(sheet, parts, rest)
    return found if sheet.keyword or _looks_coded(found) else None


def _looks_coded(found: Coded) -> bool:
    needed = [part for part in found.parts if part.field.needed]
    good = [part for part in needed if part.problem is None]
    return len(good) * 2 >= len(needed) and len(good) >= min(2, len(needed)) and len(found.rest.split()) <= 3


def _body(text: str, sheet: Sheet) -> str | None:
    plain = text.strip()
    if not sheet.keyword:
        return plain
    if not fold(plain).startswith(fold(sheet.keyword)):
        return None
    rest = plain[len(sheet.keyword) :]
    return rest.lstrip(f"{sheet.signs} ") if not rest or rest[0] in f"{sheet.signs} " else None


def _labelled(body: str, sheet: Sheet) -> tuple[dict[str, str], str]:
    marks = "|".join(re.escape(one.mark) for one in sorted(sheet.fields, key=lambda one: -len(one.mark)))
    sign = f"[{re.escape(sheet.signs)}]"
    by_mark = {fold(one.mark): one.key for one in sheet.fields}
    found: dict[str, str] = {}
    end = 0
    for match in re.finditer(rf"({marks}){sign}(.*?)(?=(?:{marks}){sign}|$)", body, re.IGNORECASE | re.DOTALL):
        found.setdefault(by_mark[fold(match[1])], match[2].strip(f"{sheet.signs} "))
        end = match.end()
    return found, body[end:].strip() if found else body


def _in_order(body: str, sheet: Sheet) -> tuple[dict[str, str], str]:
    cut = re.compile(f"[{re.escape(sheet.signs)}]+")
    parts = cut.split(body, maxsplit=len(sheet.fields))
    if sheet.fields and sheet.fields[-1].kind is FieldKind.TEXT and len(parts) > len(sheet.fields):
        parts = cut.split(body, maxsplit=len(sheet.fields) - 1)
    found = {one.key: part.strip() for one, part in zip(sheet.fields, parts, strict=False)}
    return found, parts[len(sheet.fields)].strip() if len(parts) > len(sheet.fields) else ""


def _read(one: Field, position: int, raw: str, *, gazetteer: Gazetteer, home: Place | None) -> Part:
    part = Part(one, position, raw)
    if not raw:
        return replace(part, problem=_wrong(part, "NET-005")) if one.needed else part
    if one.kind is FieldKind.CODES:
        return _read_codes(part)
    if one.kind in (FieldKind.COUNT, FieldKind.SCALE):
        return _read_number(part)
    if one.kind is FieldKind.PLACE:
        return _read_place(part, gazetteer, home)
    if one.kind is FieldKind.YES_NO:
        return _read_answer(part)
    return part


def _read_codes(part: Part) -> Part:
    known = {fold(code): meaning for code, meaning in part.field.codes.items()}
    found: list[tuple[Code, int | None]] = []
    end = 0
    for match in _PAIR.finditer(part.raw):
        code = known.get(fold(match[1]))
        if code is None or not _BETWEEN.fullmatch(part.raw[end : match.start()]):
            break
        found.append((code, int(match[2][:7]) if match[2] else None))
        end = match.end()
    if not found or not _BETWEEN.fullmatch(part.raw[end:]):
        return replace(part, problem=_wrong(part, "NET-001", expected=", ".join(part.field.codes)))
    return replace(part, codes=tuple(found))


def _read_number(part: Part) -> Part:
    one = part.field
    if part.raw == "?":
        return replace(part, count=Count(None, None))
    match = _RANGE.fullmatch(part.raw.translate(_DIGITS))
    least = int(match[1]) if match else -1
    most = None if match and match[3] else int(match[2]) if match and match[2] else least
    if not one.least <= least <= one.most or (most is not None and not least <= most <= one.most):
        return replace(part, problem=_wrong(part, "NET-002", least=one.least, most=one.most))
    return replace(part, count=Count(least, most))


def _read_place(part: Part, gazetteer: Gazetteer, home: Place | None) -> Part:
    coded = {fold(code): ref for code, ref in part.field.places.items()}
    said = coded.get(fold(part.raw), part.raw)
    place = gazetteer.by_ref.get(said)
    if place is None:
        found = {match.place.ref: match.place for match in gazetteer.find_in_text(said, home.point if home else None)}
        place = next(iter(found.values())) if len(found) == 1 else None
    return replace(part, place=place) if place else replace(part, problem=_wrong(part, "NET-003"))


def _read_answer(part: Part) -> Part:
    word = fold(part.raw)
    if word in _YES or word in _NO:
        return replace(part, answer=word in _YES)
    return replace(part, problem=_wrong(part, "NET-004", expected="Y, N, OUI, NON"))


def _wrong(part: Part, code: str, **facts: object) -> Problem:
    where = f"{part.position}, {part.field.label or part.field.key}"
    return Problem(code, where, {"value": part.raw[:40], **facts})


_DIGITS: Final = {0x660 + digit: str(digit) for digit in range(10)} | {0x6F0 + digit: str(digit) for digit in range(10)}


def sheet_of(given: Any, *, where: str) -> tuple[Sheet | None, tuple[Problem, ...]]:
    """Return the code sheet that a definition describes, None where it cannot be used, with every problem."""
    if not isinstance(given, Mapping) or not isinstance(given.get("fields"), Sequence):
        return None, (Problem("NET-012", f"{where}, fields"),)
    problems: list[Problem] = []
    fields = tuple(
        made
        for number, one in enumerate(given["fields"], start=1)
        if (made := _field_of(one, f"{where}, field {number}", problems)) is not None
    )
    style = bool(given.get("labelled", False))
    problems += _clashes(fields, where, is_labelled=style)
    sheet = Sheet(str(given.get("name", "")).strip(), fields, str(given.get("keyword") or "").strip(), str(given.get("signs") or " "), style)  # fmt: skip
    if not sheet.name:
        problems.append(Problem("NET-012", f"{where}, name"))
    if not fields:
        problems.append(Problem("NET-012", f"{where}, fields"))
    return (sheet if not problems else None), tuple(problems)


def _clashes(fields: Sequence[Field], where: str, *, is_labelled: bool) -> list[Problem]:
    """Return what stands twice, and the marks that the labelled style lacks."""
    found = []
    for name in ("key", "mark") if is_labelled else ("key",):
        said = [fold(getattr(one, name)) for one in fields]
        found += [
            Problem("NET-013", f"{where}, {name}", {"value": one}) for one in set(said) if said.count(one) > 1 and one
        ]
        found += [Problem("NET-012", f"{where}, {name}") for one in said if not one]
    return found


def _field_of(given: Any, where: str, problems: list[Problem]) -> Field | None:
    if not isinstance(given, Mapping):
        problems.append(Problem("NET-012", where))
        return None
    kind = _member(given.get("kind"), FieldKind, f"{where}, kind", problems)
    toll = str(given.get("toll") or "")
    if toll and toll not in TOLL_KEYS:
        problems.append(_none_of(f"{where}, toll", toll, TOLL_KEYS))
    listed = given.get("codes")
    codes: Mapping[Any, Any] = listed if isinstance(listed, Mapping) else {}
    is_place = kind is FieldKind.PLACE
    if kind is FieldKind.CODES and not codes:
        problems.append(Problem("NET-012", f"{where}, codes"))
    if kind is None:
        return None
    return Field(
        key=str(given.get("key") or given.get("label") or "").strip(),
        label=str(given.get("label") or given.get("key") or "").strip(),
        kind=kind,
        mark=str(given.get("mark") or "").strip(),
        needed=bool(given.get("needed", True)),
        toll=toll,
        least=_whole(given.get("least"), 0),
        most=_whole(given.get("most"), 10 if kind is FieldKind.SCALE else MOST),
        codes={}
        if is_place
        else {str(code): _code_of(one, f"{where}, code {code}", problems) for code, one in codes.items()},
        places={str(code): str(one) for code, one in codes.items()} if is_place else {},
    )


def _code_of(given: Any, where: str, problems: list[Problem]) -> Code:
    said = given if isinstance(given, Mapping) else {"events": given}
    events = said.get("events") or ()
    listed = events.replace("|", " ").split() if isinstance(events, str) else [str(one) for one in events]
    known = {code.value for code in EventCode}
    problems += [_none_of(f"{where}, events", one, sorted(known)) for one in listed if one.upper() not in known]
    toll = str(said.get("toll") or "")
    if toll and toll not in TOLL_KEYS:
        problems.append(_none_of(f"{where}, toll", toll, TOLL_KEYS))
    state = said.get("state")
    return Code(
        label=str(said.get("label") or ""),
        events=tuple(EventCode(one.upper()) for one in listed if one.upper() in known),
        toll=toll,
        need=str(said.get("need") or ""),
        nothing=bool(said.get("nothing", False)),
        state=_member(state, ImminenceState, f"{where}, state", problems) if state else None,
    )


def _member(said: Any, kind: Any, where: str, problems: list[Problem]) -> Any:
    try:
        return kind(str(said))
    except ValueError:
        problems.append(_none_of(where, str(said or ""), [one.value for one in kind]))
        return None


def _none_of(where: str, value: str, expected: Sequence[str]) -> Problem:
    return Problem("NET-011", where, {"value": value[:40], "expected": ", ".join(expected)})


def _whole(said: Any, otherwise: int) -> int:
    try:
        return min(max(int(said), 0), MOST)
    except (TypeError, ValueError):
        return otherwise
