"""Build the protection matrix: every need in its order, and beside it what there is to meet it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from tocsin import briefs
from tocsin.briefs import date_time_group, figure, local_day, say, words
from tocsin.core.allocation.types import Asset, Coverage, Covered, Reach, Uncovered
from tocsin.core.assessment.types import Assessment, MatrixLine
from tocsin.core.reference import wording
from tocsin.core.reference.terms import Category, RiskBand, Trend

_MOST_REASONS = 3
_MOST_WATCH_NAMES = 80
_COLUMNS = (
    "rank", "place", "people", "category", "threat", "vulnerability", "risk", "trend", "state",
    "reasons", "means", "action", "residual",
)  # fmt: skip
_WIDTHS_MM = (9, 34, 22, 22, 15, 16, 17, 18, 34, 72, 54, 46, 32)


@dataclass(frozen=True, slots=True)
class LineAction:
    """What was decided for one line: who does what by when, and what remains unprotected."""

    owner: str
    action: str
    due_at: datetime | None = None
    residual: str = ""


@dataclass(frozen=True, slots=True)
class WeeklyMatrix:
    """What the matrix is printed from.

    `zone` is the mission's; `limit` is how many lines are printed in detail, and never hides a
    MUST line; `actions` are by place ref; `assets` give names to the refs in the coverage.
    """

    mission: str
    assessment: Assessment
    coverage: Coverage | None
    zone: tzinfo
    generated_at: datetime
    limit: int = 60
    actions: Mapping[str, LineAction] = field(default_factory=dict)
    assets: tuple[Asset, ...] = ()


def build(content: WeeklyMatrix, *, language: str, form: str, classification: str) -> bytes:
    """Return the matrix on A3 landscape, as PDF or DOCX."""
    briefs.require(language, form)
    page = make_page(content, language=language, classification=classification)
    return briefs.print_pdf("weekly_matrix", page) if form == "pdf" else _word(page)


def make_page(content: WeeklyMatrix, *, language: str, classification: str) -> dict[str, Any]:
    """Return every word of the matrix in its place, in plain values, before any form is chosen."""
    detail, more, watch = _split(content)
    met = _Means(content, language)
    ranks = {id(line): str(rank) for rank, line in enumerate(content.assessment.lines, 1)}
    around = briefs.frame(
        content.mission,
        title="matrix.title",
        as_of=content.assessment.as_of,
        language=language,
        classification=classification,
    )
    return around | {
        "meta": _meta(content, language),
        "columns": [say(f"matrix.column.{name}", language) for name in _COLUMNS],
        "lines": [{"rank": ranks[id(line)], **_line(line, content, met)} for line in detail],
        "more": _more(more, language),
        "watch": _watch(watch, language),
        "footer": say("unknown_is_not_safe", language),
        **_legend(language),
    }


def _split(content: WeeklyMatrix) -> tuple[list[MatrixLine], list[MatrixLine], list[MatrixLine]]:
    """Return the lines printed in detail, those only counted, and those of which too little is known."""
    ranked = [line for line in content.assessment.lines if line.category is not Category.WATCH]
    watch = [line for line in content.assessment.lines if line.category is Category.WATCH]
    must = sum(line.category is Category.MUST for line in ranked)
    room = max(content.limit - must, 0)
    detail, more = [], []
    for line in ranked:
        if line.category is Category.MUST:
            detail.append(line)
        elif room:
            detail.append(line)
            room -= 1
        else:
            more.append(line)
    return detail, more, watch


def _meta(content: WeeklyMatrix, language: str) -> list[list[str]]:
    picture = content.assessment
    counts = {name.value: 0 for name in Category}
    for line in picture.lines:
        counts[line.category.value] += 1
    must = [line for line in picture.lines if line.category is Category.MUST]
    rows = [
        ("as_of", briefs.full_time(picture.as_of, content.zone, language)),
        ("places", say("matrix.counts", language, **counts)),
        ("must_people", _people([line.people for line in must], language)),
        ("must_uncovered", _uncovered_must(content, must, language)),
        ("policy", picture.policy_version),
        ("rules", picture.rules_digest),
        ("printed", date_time_group(content.generated_at)),
    ]
    return [[say(f"matrix.{name}", language), value] for name, value in rows]


def _people(counts: Sequence[int | None], language: str) -> str:
    """Return the people who are counted, and beside it how many places nobody has counted."""
    known = [people for people in counts if people is not None]
    total = figure(sum(known) if known else None if counts else 0, language)
    missing = len(counts) - len(known)
    return say("matrix.and_unknown", language, people=total, places=missing) if missing else total


def _uncovered_must(content: WeeklyMatrix, must: Sequence[MatrixLine], language: str) -> str:
    if content.coverage is None:
        return say("matrix.no_coverage", language)
    places = {line.place.ref for line in must}
    missed = sum(gap.need.place in places for gap in content.coverage.uncovered)
    return say("matrix.share", language, part=missed, whole=len(places))


class _Means:
    """What the coverage says of each place, in words."""

    def __init__(self, content: WeeklyMatrix, language: str) -> None:
        self.language = language
        self._calculated = content.coverage is not None
        found = content.coverage
        self._covered: dict[str, Covered] = {c.need.place: c for c in found.covered} if found else {}
        self._gaps: dict[str, Uncovered] = {u.need.place: u for u in found.uncovered} if found else {}
        self._names = briefs.names_of(found, content.assets, language)

    def of(self, place: str) -> tuple[bool | None, list[str]]:
        """Return whether the place is covered (None: not calculated), and the sentences."""
        if place in self._covered:
            return True, self._reached(self._covered[place])
        if place in self._gaps:
            return False, self._missed(self._gaps[place])
        code = "matrix.not_in_coverage" if self._calculated else "matrix.no_coverage"
        return None, [say(code, self.language)]

    def remaining(self, place: str) -> list[str]:
        """Return what is missing at a place that is not covered."""
        gap = self._gaps.get(place)
        if gap is None:
            return []
        kind = wording.label(f"term.gap_kind.{gap.gap_kind.value}", self.language)
        closes = briefs.first_remedy(gap.closes_with, self._names, self.language)
        return [kind, *([say("matrix.closes_with", self.language, items=closes)] if closes else [])]

    def _reached(self, covered: Covered) -> list[str]:
        reach, said = covered.reach, [self._hours("matrix.reached", covered.reach)]
        if not covered.certain:
            low, high = (figure(hours, self.language, places=1) for hours in (reach.low_h, reach.high_h))
            said.append(say("matrix.reach_uncertain", self.language, low=low, high=high))
        if covered.others:
            said.append(say("matrix.others", self.language, count=covered.others))
        return said

    def _missed(self, gap: Uncovered) -> list[str]:
        said = [say("matrix.uncovered", self.language)]
        said += [briefs.reason(reason, self.language, self._names) for reason in gap.reasons[:2]]
        named = any(reason.facts.get("asset") == gap.best.asset for reason in gap.reasons[:2]) if gap.best else True
        if gap.best is not None and gap.best.hours is not None and not named:
            said.append(self._hours("matrix.nearest", gap.best))
        return said

    def _hours(self, code: str, reach: Reach) -> str:
        asset = self._names.get(reach.asset, reach.asset)
        return say(code, self.language, asset=asset, hours=figure(reach.hours, self.language, places=1))


def _line(line: MatrixLine, content: WeeklyMatrix, met: _Means) -> dict[str, Any]:
    language = met.language
    covered, means = met.of(line.place.ref)
    residual = _residual(line, content, met)
    displaced = line.place.displaced_people
    return {
        "place": line.place.name,
        "place_note": " · ".join(part for part in (line.place.province, line.place.ref) if part),
        "people": figure(line.people, language),
        "people_known": line.people is not None,
        "displaced": say("matrix.displaced", language, people=figure(displaced, language)) if displaced else "",
        "category": say(f"category.{line.category.value}", language),
        "category_code": line.category.value,
        **_scores(line, language),
        "trend": wording.label(f"term.trend.{line.trend.value}", language),
        "trend_code": line.trend.value,
        "state": wording.label(f"term.imminence_state.{line.imminence.state.value}", language),
        "state_notes": _state_notes(line, content.zone, language),
        "reasons": _reasons(line, language),
        "means": means,
        "covered": covered,
        "action": _action(line, content, language),
        "has_action": line.place.ref in content.actions,
        "residual": residual or [say("not_stated", language)],
        "has_residual": bool(residual),
    }


def _scores(line: MatrixLine, language: str) -> dict[str, Any]:
    return {
        "threat": figure(line.threat, language, places=2),
        "threat_known": line.threat is not None,
        "vulnerability": figure(line.vulnerability, language, places=2),
        "vulnerability_known": line.vulnerability is not None,
        "risk": figure(line.risk, language, places=1),
        "band": wording.label(f"term.risk_band.{line.band.value}", language),
        "band_code": (RiskBand.UNKNOWN if line.risk is None else line.band).value,
    }


def _state_notes(line: MatrixLine, zone: tzinfo, language: str) -> list[str]:
    notes = []
    if line.last_incident_at is not None:
        day = local_day(line.last_incident_at, zone, language)
        notes.append(say("matrix.last_incident", language, day=day))
    if line.grade:
        notes.append(say("matrix.grade", language, grade=line.grade))
    return notes


def _reasons(line: MatrixLine, language: str) -> list[str]:
    found = (*line.imminence.reasons, *line.reasons)
    said = list(dict.fromkeys(briefs.reason(reason, language) for reason in found))
    shown = said[:_MOST_REASONS]
    if len(said) > _MOST_REASONS:
        shown.append(say("matrix.more_reasons", language, count=len(said) - _MOST_REASONS))
    if line.unknowns:
        items = ", ".join(words(code, language) for code in line.unknowns)
        shown.append(say("matrix.not_known", language, items=items))
    return shown


def _action(line: MatrixLine, content: WeeklyMatrix, language: str) -> list[str]:
    """A high need must carry a plan or show that it has none; a COULD line may go without."""
    found = content.actions.get(line.place.ref)
    if found is None:
        return [say("matrix.no_action", language)] if line.category is not Category.COULD else ["–"]
    due = [say("matrix.due", language, moment=date_time_group(found.due_at))] if found.due_at else []
    return [briefs.isolated(found.owner, language), briefs.isolated(found.action, language), *due]


def _residual(line: MatrixLine, content: WeeklyMatrix, met: _Means) -> list[str]:
    found = content.actions.get(line.place.ref)
    if found is not None and found.residual:
        return [briefs.isolated(found.residual, met.language)]
    return met.remaining(line.place.ref)


def _more(lines: Iterable[MatrixLine], language: str) -> list[str]:
    counts: dict[Category, int] = {}
    for line in lines:
        counts[line.category] = counts.get(line.category, 0) + 1
    return [
        say("matrix.more", language, count=count, category=say(f"category.{category.value}", language))
        for category, count in counts.items()
    ]


def _watch(lines: Sequence[MatrixLine], language: str) -> list[dict[str, str]]:
    """Return one box for the places of which too little is known, and one for those judged low."""
    unknown = [line for line in lines if line.risk is None]
    low = [line for line in lines if line.risk is not None]
    boxes = (("watch", unknown), ("low", low))
    return [_box(name, chosen, language) for name, chosen in boxes if chosen]


def _box(name: str, lines: Sequence[MatrixLine], language: str) -> dict[str, str]:
    names = [briefs.isolated(line.place.label, language) for line in lines[:_MOST_WATCH_NAMES]]
    if len(lines) > len(names):
        names.append(say("matrix.watch_more", language, count=len(lines) - len(names)))
    people = _people([line.people for line in lines], language)
    return {
        "title": say(f"matrix.{name}_title", language, count=len(lines)),
        "note": say(f"matrix.{name}_note", language, people=people),
        "places": " · ".join(names),
    }


def _legend(language: str) -> dict[str, Any]:
    return {
        "legend_title": say("matrix.legend", language),
        "short": {code.value: say(f"category.{code.value}", language) for code in Category},
        "legend_categories": [
            [code.value, wording.label(f"term.category.{code.value}", language)] for code in Category
        ],
        "legend_trends": [[code.value, wording.label(f"term.trend.{code.value}", language)] for code in Trend],
        "legend_notes": [say(f"matrix.{name}", language) for name in ("legend_need", "legend_risk", "legend_unknown")],
    }


def _word(page: Mapping[str, Any]) -> bytes:
    paper = briefs.Word(page, paper="A3 landscape")
    paper.paragraph(page["title"], size=18, bold=True)
    paper.table(list(zip(*page["meta"], strict=True)), [392 / len(page["meta"])] * len(page["meta"]))
    paper.table([page["columns"], *(_cells(line) for line in page["lines"])], _WIDTHS_MM, size=7.5)
    for note in page["more"]:
        paper.paragraph(note, bold=True)
    for box in page["watch"]:
        paper.paragraph(box["title"], bold=True)
        paper.paragraph(box["note"])
        paper.paragraph(box["places"])
    paper.paragraph(page["legend_title"], bold=True)
    for code, name in page["legend_categories"]:
        paper.paragraph(f"{page['short'][code]}: {name}", size=8)
    for note in page["legend_notes"]:
        paper.paragraph(note, size=8)
    return paper.save()


def _cells(line: Mapping[str, Any]) -> list[str]:
    people = "\n".join(part for part in (line["people"], line["displaced"]) if part)
    risk = line["band"] if line["band_code"] == "unknown" else f"{line['risk']}\n{line['band']}"
    return [
        line["rank"], f"{line['place']}\n{line['place_note']}", people, line["category"], line["threat"],
        line["vulnerability"], risk, line["trend"], "\n".join([line["state"], *line["state_notes"]]),
        *("\n".join(line[name]) for name in ("reasons", "means", "action", "residual")),
    ]  # fmt: skip
