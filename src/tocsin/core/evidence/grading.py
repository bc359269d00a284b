"""Grade a report: the source A to F and the content 1 to 6, each judged apart.

Source: proposed rules over the Admiralty grade. Limits: a letter from a role is a beginning, not a
judgement of a person; people change it and the history keeps why.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from tocsin.core.evidence.corroboration import independent_sources
from tocsin.core.evidence.types import Grade, Reading, Report, Sender
from tocsin.core.reference import rules
from tocsin.core.reference.results import Because, Judged
from tocsin.core.reference.terms import ReportKind

LETTERS: Final = "ABCDEF"
# No date given: the rules as they now stand.
_LATEST: Final = date.max
_UNTESTED = "F"


def first_grade(sender: Sender, reading: Reading, *, as_of: datetime | date = _LATEST) -> Judged[Grade]:
    """Return the grade a report begins with.

    The letter is the one people gave this source; failing that, the one of its role; failing
    that F. The content of one source is never 1, whoever speaks.

    Parameters
    ----------
    sender : Sender
        Role and standing of the source.
    reading : Reading
        What the message was read as.
    as_of : datetime or date, optional
        Day whose rules count. Without it, the rules as they now stand.
    """
    letter, why_letter = _letter(sender, as_of)
    content, why_content = _content(letter, reading)
    return Judged(Grade(letter, content), (why_letter, why_content))


def _letter(sender: Sender, as_of: datetime | date) -> tuple[str, Because]:
    if sender.letter in LETTERS and sender.letter != _UNTESTED:
        return sender.letter, Because("grade.source_known", {"letter": sender.letter})
    letters: dict[str, str] = rules.value("evidence.source_letters", as_of)
    for beginning in sorted(letters, key=len, reverse=True):
        if sender.role.startswith(beginning):
            return letters[beginning], Because(
                "grade.source_by_role", {"letter": letters[beginning], "role": sender.role}
            )
    return _UNTESTED, Because("grade.source_new", {"letter": _UNTESTED})


def _content(letter: str, reading: Reading) -> tuple[int, Because]:
    if reading.kind in (ReportKind.TEST, ReportKind.INFO_REQUEST, ReportKind.UNREAD):
        return 6, Because("grade.content_none", {"content": 6})
    if reading.kind is ReportKind.SIGNAL:
        coded = any(flag.startswith("signal_code") for flag in reading.flags)
        return (
            (3, Because("grade.content_code", {"content": 3}))
            if coded
            else (6, Because("grade.content_none", {"content": 6}))
        )
    if "forwarded_content" in reading.flags or reading.kind is ReportKind.RUMOUR:
        return 5, Because("grade.content_forwarded", {"content": 5})
    if reading.hearsay or "second_hand" in reading.flags:
        return 4, Because("grade.content_hearsay", {"content": 4})
    if letter == "A":
        return 2, Because("grade.content_own_staff", {"content": 2})
    if "negative_report" in reading.flags and letter in "BC":
        return 2, Because("grade.content_on_the_spot", {"content": 2})
    return 3, Because("grade.content_first_hand", {"content": 3})


def regrade(report: Report, others: Sequence[Report], *, sources: int | None = None) -> Judged[Grade]:
    """Return the grade of `report` in the light of all reports of the same incident.

    Two sources that do not depend on one another make it probably true (2); three, one of them
    of grade A or B, confirm it (1). What only passes on the words of others rises to 3 at most.
    The source keeps its letter. A grade never falls here: lowering it is for people. `sources`
    spares the counting where the caller has counted the same reports already.
    """
    told = [other for other in others if other.ref != report.ref]
    sources = independent_sources([report, *told]) if sources is None else sources
    refs = tuple(sorted({report.ref, *(other.ref for other in told)}))
    passed_on = report.reading.hearsay or {"forwarded_content", "second_hand"} & set(report.reading.flags)
    trusted = any(other.grade.source in "AB" for other in (report, *told))
    if passed_on:
        content = 3 if sources >= 2 else report.grade.content
    elif sources >= 3 and trusted:
        content = 1
    else:
        content = 2 if sources >= 2 else report.grade.content
    content = min(content, report.grade.content)
    rule = "grade.agreed" if content < report.grade.content else "grade.unchanged"
    return Judged(Grade(report.grade.source, content), (Because(rule, {"sources": sources, "content": content}, refs),))


def why_not(grade: Grade, *, independent: int, why: str) -> tuple[Because, ...]:
    """Return why people may not set this grade; empty when they may.

    Parameters
    ----------
    grade : Grade
        As a person wants to set it.
    independent : int
        How many independent sources speak for the incident.
    why : str
        Their reason; a grade without one is refused.
    """
    found = []
    if grade.source not in LETTERS or len(grade.source) != 1:
        found.append(Because("grade.no_such_letter", {"letter": grade.source}))
    if not 1 <= grade.content <= 6:
        found.append(Because("grade.no_such_content", {"content": grade.content}))
    if grade.content == 1 and independent < 2:
        found.append(Because("grade.one_source_never_confirms", {"sources": independent}))
    if not why.strip():
        found.append(Because("grade.needs_why"))
    return tuple(found)
