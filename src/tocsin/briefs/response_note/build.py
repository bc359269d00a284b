"""Build the one page on the rate of response: who came and when, how long it took, and what waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any, Final

from tocsin import briefs
from tocsin.briefs import figure, full_time, local_day, say
from tocsin.core.lessons.response import Rate, Share
from tocsin.core.reference import wording
from tocsin.core.reference.terms import ResponseClass, ResponseTiming

_CLASSES: Final = (*sorted(ResponseClass, key=lambda one: one.value, reverse=True), None)
_HOURS_FROM: Final = 120
_AGES: Final = 5


@dataclass(frozen=True, slots=True)
class ResponseNote:
    """What the note is printed from. `backlog` holds counts by age; None: not this reader's to see."""

    mission: str
    rate: Rate
    since: datetime
    until: datetime
    as_of: datetime
    zone: tzinfo
    backlog: Mapping[str, Sequence[int] | None] = field(default_factory=dict)
    silent: Share | None = None
    is_whole: bool = False


def build(content: ResponseNote, *, language: str, form: str, classification: str) -> bytes:
    """Return the note on one A4 page, as PDF or DOCX."""
    briefs.require(language, form)
    page = make_page(content, language=language, classification=classification)
    return briefs.print_pdf("response_note", page) if form == "pdf" else _word(page)


def make_page(content: ResponseNote, *, language: str, classification: str) -> dict[str, Any]:
    """Return every word of the note in its place, in plain values, before any form is chosen."""
    around = briefs.frame(
        content.mission, title="response.title", as_of=content.as_of, language=language, classification=classification
    )
    days = {name: local_day(getattr(content, name), content.zone, language) for name in ("since", "until")}
    notes = [say("unknown_is_not_safe", language), say("response.drills", language)]
    if not content.is_whole:
        notes.append(say("response.rights", language))
    return around | {
        "period": say("response.period", language, alerts=figure(content.rate.alerts, language), **days),
        "facts": [[say("flash.as_of", language), full_time(content.as_of, content.zone, language)]],
        "names": {name: say(f"response.{name}", language) for name in ("who", "steps", "else", "backlog")},
        "classes": _classes(content.rate, language),
        "steps": _steps(content.rate, language),
        "shares": _shares(content, language),
        "backlog": _backlog(content, language),
        "notes": notes,
        "footer": say("response.footer", language),
    }


def _classes(rate: Rate, language: str) -> list[list[str]]:
    """Return the table of classes by timing, its head first."""
    timings = list(ResponseTiming)
    head = [wording.label(f"term.response_timing.{one.value}", language) for one in timings]
    rows = [[say("response.class", language), *head, say("response.all", language)]]
    for one in _CLASSES:
        cells = [figure(rate.cell(one, timing).count, language) for timing in timings]
        rows.append([_class_name(one, language), *cells, _share(rate.of_class(one), language)])
    return rows


def _class_name(one: ResponseClass | None, language: str) -> str:
    if one is None:
        return say("response.not_on_record", language)
    return f"{one.value} – {wording.label(f'term.response_class.{one.value}', language)}"


def _steps(rate: Rate, language: str) -> list[list[str]]:
    rows = [[say(f"response.{name}", language) for name in ("step", "median", "p90", "in_time", "known")]]
    for span in rate.spans:
        in_time = _share(span.in_time, language) if span.in_time.of else say("response.none_due", language)
        times = [_minutes(value, language) for value in (span.median_min, span.p90_min)]
        name = wording.label(f"term.response_step.{span.name}", language)
        rows.append([name, *times, in_time, _share(span.known, language)])
    return rows


def _shares(content: ResponseNote, language: str) -> list[list[str]]:
    rate = content.rate
    shares = {
        "delegated": rate.delegated_unconfirmed,
        "harmed": rate.harmed_after_warning,
        "false": rate.false_alarms,
        "feedback": rate.feedback,
    } | ({"silent": content.silent} if content.silent is not None else {})
    return [[say(f"response.{name}", language), _share(share, language)] for name, share in shares.items()]


def _backlog(content: ResponseNote, language: str) -> list[list[str]]:
    ages = [wording.label(f"term.backlog_age.{age}", language) for age in range(_AGES)]
    rows = [["", *ages]]
    for kind, counts in content.backlog.items():
        cells = counts if counts is not None else [None] * _AGES
        rows.append([say(f"response.open_{kind}", language), *(figure(count, language) for count in cells)])
    return rows


def _share(share: Share, language: str) -> str:
    if share.share is None:
        return wording.label("word.unknown", language)
    counts = {"count": figure(share.count, language), "of": figure(share.of, language)}
    return say("response.share", language, **counts, percent=figure(100 * share.share, language))


def _minutes(value: float | None, language: str) -> str:
    if value is None:
        return wording.label("word.unknown", language)
    if value >= _HOURS_FROM:
        return say("response.hours", language, n=figure(value / 60, language, places=1))
    return say("response.minutes", language, n=figure(value, language))


def _word(page: Mapping[str, Any]) -> bytes:
    paper = briefs.Word(page, paper="A4")
    paper.paragraph(page["title"], size=18, bold=True)
    paper.paragraph(page["period"], size=11)
    paper.table(page["facts"], (50, 132), head=False)
    names = page["names"]
    paper.paragraph(names["who"], size=11, bold=True)
    paper.table(page["classes"], (52, 21, 21, 21, 21, 20, 26))
    paper.paragraph(names["steps"], size=11, bold=True)
    paper.table(page["steps"], (62, 25, 30, 32, 33))
    paper.paragraph(names["else"], size=11, bold=True)
    paper.table(page["shares"], (120, 62), head=False)
    paper.paragraph(names["backlog"], size=11, bold=True)
    paper.table(page["backlog"], (47, 27, 27, 27, 27, 27))
    for note in page["notes"]:
        paper.paragraph(note)
    return paper.save()
