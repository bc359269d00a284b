"""Read a CAP 1.2 file: every good one whole, every broken one refused with the element and the line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np
from cryptography import x509
from lxml import etree

from tocsin.core.alerts.cap import NAMESPACE, CapAlert, CapArea, CapInfo, CapReading, SignatureFacts
from tocsin.core.places import shapes
from tocsin.core.places.types import Point
from tocsin.core.reference.results import Problem
from tocsin.core.reference.terms import (
    AnchorFact,
    CapKind,
    CapScope,
    CapStatus,
    Likelihood,
    PeriodFact,
    Severity,
    SignatureFact,
    Urgency,
)
from tocsin.feeds.cap12.signature import facts_of

# The largest real file known holds 0.9 MB; four times that is no message to people.
MOST_BYTES: Final = 4 * 1024 * 1024
_EXPECTED: Final = re.compile(r"Expected is (?:one of )?\(\s*(.+?)\s*\)")
_NAME: Final = re.compile(r"\{[^}]*\}(\w+)")
_DECLARES: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_UNSIGNED: Final = SignatureFacts(SignatureFact.ABSENT)


class _Broken(Exception):
    """What a value says cannot be read; it stops the file."""

    def __init__(self, code: str, element: Any, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.element, self.facts = code, element, facts


def read(path: Path, *, as_of: datetime, anchors: Sequence[x509.Certificate] = ()) -> CapReading:
    """Return what a file holds; nothing beyond the limit of its size is ever read."""
    with path.open("rb") as file:
        body = file.read(MOST_BYTES + 1)
    return read_bytes(body, path.name, as_of=as_of, anchors=anchors)


def read_bytes(body: bytes, name: str, *, as_of: datetime, anchors: Sequence[x509.Certificate] = ()) -> CapReading:
    """Return what the bytes of a file hold: its message, the three facts of its signature, and what is wrong."""
    root = _root(body, name)
    if isinstance(root, Problem):
        return CapReading(None, _UNSIGNED, (root,))
    signature = facts_of(root, sent_at=_sent_at(root), as_of=as_of, anchors=anchors)
    broken = _against_form(root, name) or _against_signature(signature, name)
    if broken:
        return CapReading(None, signature, broken)
    try:
        alert = _alert(root)
    except _Broken as fault:
        where = f"{name}, line {fault.element.sourceline}"
        return CapReading(
            None, signature, (Problem(fault.code, where, {"element": _local(fault.element), **fault.facts}),)
        )
    return CapReading(alert, signature, (), (*_doubts(alert, name, as_of), *_signature_doubts(signature, name)))


def _root(body: bytes, name: str) -> Any:
    if len(body) > MOST_BYTES:
        return Problem("FEED-042", name, {"limit_mb": MOST_BYTES // 1024**2})
    if _DECLARES.search(body):
        return Problem("FEED-041", name)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=False,
    )  # fmt: skip
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        return Problem("FEED-040", f"{name}, line {getattr(fault, 'lineno', None) or 1}")
    # The same declaration, in an encoding in which the bytes above do not show it.
    if root.getroottree().docinfo.internalDTD is not None:
        return Problem("FEED-041", name)
    if root.tag != f"{{{NAMESPACE}}}alert":
        return Problem("FEED-043", f"{name}, line {root.sourceline}", {"element": etree.QName(root).localname})
    return root


@cache
def _schema() -> Any:
    return etree.XMLSchema(etree.fromstring((files("tocsin.feeds.cap12") / "cap12.xsd").read_bytes()))


def _against_form(root: Any, name: str) -> tuple[Problem, ...]:
    schema = _schema()
    if schema.validate(root):
        return ()
    return tuple(_problem(fault, name) for fault in list(schema.error_log)[:5])


def _problem(fault: Any, name: str) -> Problem:
    """Return a fault of the form without the value that was found: it may hold anything."""
    element = (_NAME.findall(fault.message) or ["?"])[0]
    expected = _EXPECTED.search(fault.message)
    wanted = ", ".join(_NAME.findall(expected[1])) if expected else None
    return Problem("FEED-044", f"{name}, line {fault.line}", {"element": element, "expected": wanted})


def _against_signature(found: SignatureFacts, name: str) -> tuple[Problem, ...]:
    where = f"{name}, line {found.line}" if found.line else name
    if found.signature is SignatureFact.ALTERED:
        return (Problem("FEED-045", where, {"part": f"term.cap.{found.why}"}),)
    if found.signature is SignatureFact.UNREADABLE:
        return (Problem("FEED-046", where, {"part": f"term.cap.{found.why}"}),)
    return ()


def _signature_doubts(found: SignatureFacts, name: str) -> Iterator[Problem]:
    if found.signature is SignatureFact.ABSENT:
        yield Problem("FEED-047", name)
        return
    if found.at_signing is not PeriodFact.WITHIN:
        yield Problem("FEED-048", name, {"when": f"term.period_fact.{found.at_signing.value}"})
    if found.anchor is not AnchorFact.KNOWN:
        yield Problem("FEED-049", name)
    if found.read_as == "stripped":
        yield Problem("FEED-050", name)


def _doubts(alert: CapAlert, name: str, as_of: datetime) -> Iterator[Problem]:
    if alert.kind in (CapKind.UPDATE, CapKind.CANCEL) and not alert.references:
        yield Problem("FEED-053", name)
    for info in alert.infos:
        if info.expires_at is not None and info.expires_at <= alert.sent_at:
            yield Problem("FEED-054", name, {"language": info.language})
        elif info.expires_at is not None and info.expires_at <= as_of:
            yield Problem("FEED-055", name, {"language": info.language})
    drawn = {id(ring): ring for info in alert.infos for area in info.areas for ring in area.rings}
    for number, ring in enumerate(drawn.values(), 1):
        yield from _ring_doubts(ring, number, name)


def _ring_doubts(ring: shapes.Ring, number: int, name: str) -> Iterator[Problem]:
    if not shapes.is_closed(ring):
        yield Problem("FEED-056", name, {"number": number})
    try:
        met = shapes.crossing(ring)
    except OverflowError:
        yield Problem("FEED-058", name, {"number": number})
        return
    if met is not None:
        yield Problem("FEED-057", name, {"number": number, "lat": round(met.lat, 6), "lon": round(met.lon, 6)})


def _alert(root: Any) -> CapAlert:
    return CapAlert(
        identifier=_text(root, "identifier"),
        sender=_text(root, "sender"),
        sent_at=_moment(root, "sent") or _missing(root),
        status=CapStatus(_text(root, "status")),
        kind=CapKind(_text(root, "msgType")),
        scope=CapScope(_text(root, "scope")),
        restriction=_text(root, "restriction"),
        addresses=_text(root, "addresses"),
        note=_text(root, "note"),
        references=tuple(_text(root, "references").split()),
        incidents=tuple(_text(root, "incidents").split()),
        infos=tuple(_info(found) for found in root.findall(_tag("info"))),
    )


def _info(info: Any) -> CapInfo:
    return CapInfo(
        language=_text(info, "language") or "en-US",
        event=_text(info, "event"),
        urgency=Urgency(_text(info, "urgency")),
        severity=Severity(_text(info, "severity")),
        certainty=Likelihood(_text(info, "certainty")),
        categories=_texts(info, "category"),
        responses=_texts(info, "responseType"),
        audience=_text(info, "audience"),
        event_codes=_pairs(info, "eventCode"),
        effective_at=_moment(info, "effective"),
        onset_at=_moment(info, "onset"),
        expires_at=_moment(info, "expires"),
        sender_name=_text(info, "senderName"),
        headline=_text(info, "headline"),
        description=_text(info, "description"),
        instruction=_text(info, "instruction"),
        web=_text(info, "web"),
        contact=_text(info, "contact"),
        areas=tuple(_area(found) for found in info.findall(_tag("area"))),
    )


def _area(area: Any) -> CapArea:
    return CapArea(
        description=_text(area, "areaDesc"),
        rings=tuple(_ring(found) for found in area.findall(_tag("polygon"))),
        circles=tuple(_circle(found) for found in area.findall(_tag("circle"))),
        geocodes=_pairs(area, "geocode"),
    )


def _ring(element: Any) -> shapes.Ring:
    # Line breaks between the pairs, and blanks within one, are common and harmless.
    numbers = _numbers(element, lambda text: text.replace(",", " ").split())
    if len(numbers) % 2 or len(numbers) < 8:
        raise _Broken("FEED-052", element)
    ring = numbers.reshape(-1, 2)
    if np.any(np.abs(ring) > (90, 180)):
        raise _Broken("FEED-051", element)
    return ring


def _circle(element: Any) -> tuple[Point, float]:
    numbers = _numbers(element, lambda text: text.replace(",", " ").split())
    if len(numbers) != 3 or numbers[2] < 0:
        raise _Broken("FEED-052", element)
    if abs(numbers[0]) > 90 or abs(numbers[1]) > 180:
        raise _Broken("FEED-051", element)
    return Point(float(numbers[0]), float(numbers[1])), float(numbers[2])


def _numbers(element: Any, cut: Callable[[str], list[str]]) -> shapes.Ring:
    try:
        found = np.array(cut(element.text or ""), dtype=np.float64)
    except ValueError:
        raise _Broken("FEED-052", element) from None
    if not np.isfinite(found).all():
        raise _Broken("FEED-052", element)
    return found


def _moment(parent: Any, name: str) -> datetime | None:
    element = parent.find(_tag(name))
    if element is None or not (element.text or "").strip():
        return None
    try:
        found = datetime.fromisoformat((element.text or "").strip())
    except ValueError:
        raise _Broken("FEED-059", element) from None
    if found.tzinfo is None or not 1970 <= found.year < 9999:
        raise _Broken("FEED-059", element)
    return found


def _sent_at(root: Any) -> datetime | None:
    try:
        return _moment(root, "sent")
    except _Broken:
        return None


def _missing(root: Any) -> datetime:
    raise _Broken("FEED-059", root)


def _pairs(parent: Any, name: str) -> tuple[tuple[str, str], ...]:
    return tuple((_text(found, "valueName"), _text(found, "value")) for found in parent.findall(_tag(name)))


def _texts(parent: Any, name: str) -> tuple[str, ...]:
    return tuple((found.text or "").strip() for found in parent.findall(_tag(name)))


def _text(parent: Any, name: str) -> str:
    found = parent.find(_tag(name))
    return "" if found is None else "".join(found.itertext()).strip()


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _local(element: Any) -> str:
    return str(etree.QName(element).localname)
