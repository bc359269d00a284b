"""Build the one page that asks for a decision: what is said, how far to trust it, who knows, by when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from tocsin import briefs
from tocsin.briefs import date_time_group, full_time, isolated, local_time, say, words
from tocsin.core.evidence.types import Grade
from tocsin.core.reference import wording
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import AlertState, DecisionKind, ImminenceState, Level, Priority, Role

# What fits one page at the smallest print that is still read by torchlight.
_MOST_SAID = 900
_MOST_LINES = 8


@dataclass(frozen=True, slots=True)
class Told:
    """One person who was told: `who` is a role and a post, never a number. None: not acknowledged."""

    who: Role | str
    told_at: datetime
    acknowledged_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that could be done, in words."""

    decision: DecisionKind
    text: str


@dataclass(frozen=True, slots=True)
class FlashAlert:
    """What a flash alert is printed from.

    `place` is the place as precisely as its reader may know it; `said` is redacted already.
    `not_known` are codes, or a person's own words.
    """

    mission: str
    ref: str
    level: Level
    priority: Priority
    place: str
    said: str
    grade: Grade
    imminence: ImminenceState
    state: AlertState
    opened_at: datetime
    as_of: datetime
    zone: tzinfo
    reports: int = 1
    provisional: bool = False
    told: tuple[Told, ...] = ()
    reasons: tuple[Because, ...] = ()
    options: tuple[Option, ...] = ()
    decision_asked: str = ""
    decide_by: datetime | None = None
    not_known: tuple[str, ...] = ()


def build(content: FlashAlert, *, language: str, form: str, classification: str) -> bytes:
    """Return the alert on one A4 page, as PDF or DOCX."""
    briefs.require(language, form)
    page = make_page(content, language=language, classification=classification)
    return briefs.print_pdf("flash_alert", page) if form == "pdf" else _word(page)


def make_page(content: FlashAlert, *, language: str, classification: str) -> dict[str, Any]:
    """Return every word of the alert in its place, in plain values, before any form is chosen."""
    around = briefs.frame(
        content.mission, title="flash.title", as_of=content.as_of, language=language, classification=classification
    )
    return around | {
        "ref": content.ref,
        "level": wording.label(f"term.level.{content.level.value}", language),
        "level_code": content.level.value,
        "priority": wording.label(f"term.priority.{content.priority.value}", language),
        "provisional": say("flash.provisional", language) if content.provisional else "",
        "facts": _facts(content, language),
        "sections": _sections(content, language),
        "names": {
            name: say(f"flash.{name}", language)
            for name in ("said", "grade", "reasons", "told", "options", "decision", "not_known")
        },
        "told": _told(content, language),
        "not_acked": say("flash.not_acked", language),
        "nobody_told": say("flash.nobody_told", language),
        "options": _options(content, language),
        "decision": _decision(content, language),
        "footer": say("flash.footer", language),
    }


def _sections(content: FlashAlert, language: str) -> dict[str, list[str]]:
    said = briefs.without_numbers(briefs.shortened(content.said, _MOST_SAID, language), language)
    reasons = [briefs.reason(reason, language) for reason in content.reasons[:_MOST_LINES]]
    not_known = [isolated(words(item, language), language) for item in content.not_known[:_MOST_LINES]]
    return {
        "said": [isolated(said, language), say("flash.reports", language, count=content.reports)],
        "grade": _grade(content.grade, language),
        "reasons": reasons or [say("not_stated", language)],
        "not_known": not_known or [say("flash.nothing_listed", language)],
    }


def _facts(content: FlashAlert, language: str) -> list[list[str]]:
    rows = (
        ("place", content.place or wording.label("word.unknown", language)),
        ("state", wording.label(f"term.imminence_state.{content.imminence.value}", language)),
        ("alert_state", wording.label(f"term.alert_state.{content.state.value}", language)),
        ("opened", full_time(content.opened_at, content.zone, language)),
        ("as_of", full_time(content.as_of, content.zone, language)),
    )
    return [[say(f"flash.{name}", language), value] for name, value in rows]


def _grade(grade: Grade, language: str) -> list[str]:
    sentence = say(
        "grade.sentence",
        language,
        grade=str(grade),
        source=say(f"grade.source.{grade.source}", language),
        content=say(f"grade.content.{grade.content}", language),
    )
    unjudged = grade.source == "F" or grade.content == 6
    return [sentence, say("grade.unjudged_is_normal", language)] if unjudged else [sentence]


def _told(content: FlashAlert, language: str) -> list[list[str]]:
    """Return the table of who was told, its head first; who has not acknowledged stands out."""
    if not content.told:
        return []
    rows = [[say(f"flash.{name}", language) for name in ("person", "told_at", "acked_at")]]
    waiting_first = sorted(content.told, key=lambda told: (told.acknowledged_at is not None, told.told_at))
    for told in waiting_first[:_MOST_LINES]:
        who = wording.label(f"term.role.{told.who.value}", language) if isinstance(told.who, Role) else told.who
        acked = told.acknowledged_at
        shown = date_time_group(acked) if acked else say("flash.not_acked", language)
        rows.append([who, date_time_group(told.told_at), shown])
    return rows


def _options(content: FlashAlert, language: str) -> list[list[str]]:
    return [
        [wording.label(f"term.decision_kind.{option.decision.value}", language), isolated(option.text, language)]
        for option in content.options[:_MOST_LINES]
    ] or [["", say("flash.no_options", language)]]


def _decision(content: FlashAlert, language: str) -> list[str]:
    if content.decide_by is None:
        limit = say("flash.no_limit", language)
    else:
        local = local_time(content.decide_by, content.zone, language)
        limit = say("flash.by_when", language, dtg=date_time_group(content.decide_by), local=local)
    return [isolated(content.decision_asked, language) or say("not_stated", language), limit]


def _word(page: Mapping[str, Any]) -> bytes:
    paper = briefs.Word(page, paper="A4")
    paper.paragraph(f"{page['title']}  {page['ref']}", size=18, bold=True)
    paper.paragraph(f"{page['level']} · {page['priority']}", size=12, bold=True)
    if page["provisional"]:
        paper.paragraph(page["provisional"], bold=True)
    paper.table(page["facts"], (40, 142), head=False)
    names, parts = page["names"], page["sections"]
    _section(paper, names["decision"], page["decision"])
    _section(paper, names["said"], parts["said"])
    _section(paper, names["grade"], parts["grade"])
    _section(paper, names["not_known"], parts["not_known"])
    _section(paper, names["reasons"], parts["reasons"])
    _section(paper, names["options"], [" – ".join(filter(None, option)) for option in page["options"]])
    paper.paragraph(names["told"], size=11, bold=True)
    if page["told"]:
        paper.table(page["told"], (82, 50, 50))
    else:
        paper.paragraph(page["nobody_told"], bold=True)
    return paper.save()


def _section(paper: briefs.Word, title: str, lines: list[str]) -> None:
    paper.paragraph(title, size=11, bold=True)
    for line in lines:
        paper.paragraph(line)
