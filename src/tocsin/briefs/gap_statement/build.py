"""Build the frank page: what we can cover, what we cannot, and what would change it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from tocsin import briefs
from tocsin.briefs import figure, isolated, say, words
from tocsin.core.allocation.types import Asset, Coverage, Marginal, Need, Uncovered
from tocsin.core.reference import rules, wording
from tocsin.core.reference.terms import Category

_MOST_MARGINAL = 5
_ORDER = (Category.MUST, Category.SHOULD, Category.COULD, Category.WATCH)


@dataclass(frozen=True, slots=True)
class GapStatement:
    """What the statement is printed from.

    `provinces` are by place ref and needed for the public form; `done_instead` and
    `decision_asked` are a person's words; `assets` give names to the refs in the coverage.
    """

    mission: str
    as_of: datetime
    zone: tzinfo
    coverage: Coverage
    provinces: Mapping[str, str] = field(default_factory=dict)
    assets: tuple[Asset, ...] = ()
    done_instead: tuple[str, ...] = ()
    decision_asked: str = ""


def build(content: GapStatement, *, language: str, form: str, classification: str, restricted: bool = True) -> bytes:
    """Return the statement on one A4 page, as PDF or DOCX.

    The restricted form names places. The public form gives counts by province and nothing that
    points at a place or a base.
    """
    briefs.require(language, form)
    page = make_page(content, language=language, classification=classification, restricted=restricted)
    return briefs.print_pdf("gap_statement", page) if form == "pdf" else _word(page)


def make_page(content: GapStatement, *, language: str, classification: str, restricted: bool) -> dict[str, Any]:
    """Return every word of the statement in its place, in plain values, before any form is chosen."""
    around = briefs.frame(
        content.mission, title="gap.title", as_of=content.as_of, language=language, classification=classification
    )
    coverage = content.coverage
    rest = range(len(coverage.uncovered) + 1) if restricted else ()
    return around | {
        "facts": _facts(content, language),
        "can": _can(coverage, language, restricted),
        "cannot": _cannot(coverage, language, restricted),
        "totals": _totals(coverage, language, restricted),
        "gaps": _named(content, language) if restricted else _by_province(content, language),
        "more_names": [say("gap.more", language, count=count) for count in rest],
        "public_note": "" if restricted else say("gap.public_note", language),
        "change": _change(content, language, restricted),
        "change_note": say("gap.change_note", language),
        "change_none": say("gap.change_none", language),
        **_own_words(content, language, restricted),
        "names": {
            name: say(f"gap.{name}_title", language)
            for name in ("can", "cannot", "change", "done", "assumptions", "decision")
        },
        "restricted": restricted,
        "footer": say("gap.footer", language),
    }


def _own_words(content: GapStatement, language: str, restricted: bool) -> dict[str, Any]:
    """Return what people wrote and what was assumed; in the public form without any name of a place."""
    done, decision = list(content.done_instead), content.decision_asked
    assumed = _assumptions(content.coverage, language, restricted)
    if not restricted:
        done = [_unnamed(line, content, language) for line in done]
        decision = _unnamed(decision, content, language)
    return {
        "done": [isolated(line, language) for line in done] or [say("gap.done_none", language)],
        "decision": isolated(decision, language) or say("not_stated", language),
        "assumptions": assumed,
    }


def _unnamed(text: str, content: GapStatement, language: str) -> str:
    """Return `text` with every place and base of the coverage taken out."""
    found = content.coverage
    needs = [*(one.need for one in found.covered), *(one.need for one in found.uncovered)]
    names = {need.label.partition(" (")[0] for need in needs}
    names |= {base.name for base in found.bases} | {asset.base for asset in content.assets}
    ordered = sorted((re.escape(name) for name in names if name), key=len, reverse=True)
    if not ordered:
        return text
    mark = wording.label("brief.gap.place_not_named", language)
    return re.sub(rf"\b(?:{'|'.join(ordered)})\b", mark, text, flags=re.IGNORECASE)


def _facts(content: GapStatement, language: str) -> list[list[str]]:
    standard = "gap.standard_night" if content.coverage.night else "gap.standard_day"
    hours = figure(content.coverage.within_h, language, places=1 if content.coverage.within_h % 1 else 0)
    moment = briefs.full_time(content.as_of, content.zone, language)
    return [[say("gap.as_of", language), moment], [say("gap.standard", language), say(standard, language, hours=hours)]]


def _can(coverage: Coverage, language: str, restricted: bool) -> list[str]:
    people = _people([found.need for found in coverage.covered], language, restricted)
    places = len(coverage.covered) + len(coverage.uncovered)
    said = [say("gap.can", language, covered=len(coverage.covered), places=places, people=people)]
    uncertain = sum(not found.certain for found in coverage.covered)
    return [*said, say("gap.uncertain", language, count=uncertain)] if uncertain else said


def _cannot(coverage: Coverage, language: str, restricted: bool) -> list[str]:
    missed = [gap.need for gap in coverage.uncovered]
    if not missed:
        return [say("gap.all_covered", language)]
    places = len(coverage.covered) + len(missed)
    must = sum(need.category is Category.MUST for need in missed)
    people = _people(missed, language, restricted)
    return [say("gap.cannot", language, uncovered=len(missed), places=places, must=must, people=people)]


def _people(needs: Sequence[Need], language: str, restricted: bool) -> str:
    """Return the people who are counted, and beside it how many places nobody has counted."""
    known = [need.people for need in needs if need.people is not None]
    if not known and needs:
        total = figure(None, language)
    elif restricted:
        total = figure(sum(known), language)
    else:
        total = say("gap.about", language, people=figure(round(sum(known), -2), language))
    missing = len(needs) - len(known)
    return say("gap.and_unknown", language, people=total, places=missing) if missing else total


def _totals(coverage: Coverage, language: str, restricted: bool) -> list[list[str]]:
    head = [say(f"gap.column.{name}", language) for name in ("category", "covered", "uncovered")]
    rows = [[*head, f"{say('gap.column.people', language)} ({say('gap.column.uncovered', language)})"]]
    for category in _ORDER:
        covered = sum(found.need.category is category for found in coverage.covered)
        missed = [gap.need for gap in coverage.uncovered if gap.need.category is category]
        if covered or missed:
            people = _people(missed, language, restricted) if missed else "–"
            label = say(f"category.{category.value}", language)
            rows.append([label, str(covered), str(len(missed)), people])
    return rows


def _named(content: GapStatement, language: str) -> list[list[str]]:
    """Return every place out of reach, the most pressing first, with why and what would close it."""
    columns = ("category", "place", "people", "why", "closes")
    rows = [[say(f"gap.column.{name}", language) for name in columns]]
    names = briefs.names_of(content.coverage, content.assets, language)
    ranked = sorted(content.coverage.uncovered, key=lambda gap: (_ORDER.index(gap.need.category), gap.need.rank))
    for gap in ranked:
        kind = wording.label(f"term.gap_kind.{gap.gap_kind.value}", language)
        rows.append(
            [
                say(f"category.{gap.need.category.value}", language),
                gap.need.label,
                figure(gap.need.people, language),
                _why(gap, names, language) or kind,
                briefs.first_remedy(gap.closes_with, names, language) or kind,
            ]
        )
    return rows


def _why(gap: Uncovered, names: Mapping[str, str], language: str) -> str:
    """Return why nobody comes in time, and who would be nearest unless the reason says so already."""
    said = [briefs.reason(reason, language, names) for reason in gap.reasons[:2]]
    best = gap.best
    if best is None or best.hours is None:
        return " ".join(said)
    if not any(reason.facts.get("asset") == best.asset for reason in gap.reasons[:2]):
        hours = figure(best.hours, language, places=1)
        said.append(say("gap.nearest", language, asset=names.get(best.asset, best.asset), hours=hours))
    return " ".join(said)


def _by_province(content: GapStatement, language: str) -> list[list[str]]:
    """Return counts by province, the small ones put together so that no line points at a place."""
    grouped: dict[str, list[Need]] = {}
    for gap in content.coverage.uncovered:
        name = content.provinces.get(gap.need.place) or say("gap.province_unknown", language)
        grouped.setdefault(name, []).append(gap.need)
    fewest = int(rules.value("allocation.public_fewest_places", content.as_of))
    large = sorted(grouped, key=lambda name: (-len(grouped[name]), name))
    small = [name for name in large if len(grouped[name]) < fewest]
    large = [name for name in large if name not in small]
    # A small province alone could be had by subtraction, so the next one joins it.
    while len(small) == 1 and large:
        small.append(large.pop())
    together = [need for name in small for need in grouped[name]]
    rows = [[say(f"gap.column.{name}", language) for name in ("province", "places", "people")]]
    rows += [[name, str(len(grouped[name])), _people(grouped[name], language, False)] for name in large]
    if together:
        label = say("gap.other_provinces", language)
        rows.append([label, str(len(together)), _people(together, language, False)])
    return rows


def _change(content: GapStatement, language: str, restricted: bool) -> list[list[str]]:
    """Return the table of single remedies that would help, its head first; empty where none would."""
    useful = [gain for gain in content.coverage.marginal if gain.places]
    useful.sort(key=lambda gain: (-gain.must_places, -gain.places))
    if not useful:
        return []
    if restricted:
        names = briefs.names_of(content.coverage, content.assets, language)
    else:
        mark = wording.label("brief.gap.place_not_named", language)
        names = {gain.at: mark for gain in useful}
    columns = ("kind", "gains", "must_gains", "people_gained")
    rows = [[say(f"gap.column.{name}", language) for name in columns]]
    for gain in useful[:_MOST_MARGINAL]:
        figures = [isolated(f"+{count}", language) for count in (gain.places, gain.must_places)]
        what = briefs.remedy(f"{gain.kind}@{gain.at}", names, language)
        rows.append([what, *figures, _people_gained(gain, language, restricted)])
    return rows


def _people_gained(gain: Marginal, language: str, restricted: bool) -> str:
    if restricted or gain.people is None:
        people = figure(gain.people, language)
    else:
        people = say("gap.about", language, people=figure(round(gain.people, -2), language))
    if not gain.places_unknown:
        return people
    return say("gap.and_unknown", language, people=people, places=gain.places_unknown)


def _assumptions(coverage: Coverage, language: str, restricted: bool) -> list[str]:
    """Return what the figures rest on; to the public only that reach is not safety.

    How many of our means are ready is for those who command them. A doubt that concerns nobody
    (0 of unknown readiness) is left out.
    """
    if not restricted:
        notes = [note for note in coverage.notes if note.code == "coverage.reach_is_not_safety"]
        return [briefs.reason(note, language) for note in notes]
    said = []
    for name, value in coverage.assumptions.items():
        is_doubt = name.endswith(("_unknown", "_assumed", "_closed"))
        # The day stands in the head of the page already.
        if name == "as_of" or (is_doubt and value == 0):
            continue
        label = f"brief.gap.assumption.{name}"
        shown = wording.label(label, language) if wording.has(label) else words(name, language)
        said.append(say("gap.assumption", language, name=shown, value=_plain(value, language)))
    return said + [briefs.reason(note, language) for note in coverage.notes]


def _plain(value: Any, language: str) -> str:
    if value is None or isinstance(value, float):
        return figure(value, language, places=1 if value is not None and value % 1 else 0)
    if isinstance(value, bool):
        return say("gap.yes" if value else "gap.no", language)
    if isinstance(value, list | tuple):
        return ", ".join(words(str(item), language) for item in value)
    return words(str(value), language)


def _word(page: Mapping[str, Any]) -> bytes:
    paper = briefs.Word(page, paper="A4")
    names = page["names"]
    paper.paragraph(page["title"], size=16, bold=True)
    paper.table(page["facts"], (40, 142), head=False)
    for name in ("can", "cannot"):
        paper.paragraph(names[name], size=11, bold=True)
        for line in page[name]:
            paper.paragraph(line)
    paper.table(page["totals"], (40, 30, 30, 82))
    if page["public_note"]:
        paper.paragraph(page["public_note"])
    widths = (22, 36, 22, 60, 42) if page["restricted"] else (80, 30, 72)
    if len(page["gaps"]) > 1:
        paper.table(page["gaps"], widths, size=7.5)
    paper.paragraph(names["change"], size=11, bold=True)
    if page["change"]:
        paper.paragraph(page["change_note"])
        paper.table(page["change"], [182 / len(page["change"][0])] * len(page["change"][0]))
    else:
        paper.paragraph(page["change_none"])
    for name in ("done", "assumptions"):
        paper.paragraph(names[name], size=11, bold=True)
        for line in page[name]:
            paper.paragraph(line)
    paper.paragraph(names["decision"], size=11, bold=True)
    paper.paragraph(page["decision"])
    return paper.save()
