"""Look after the word lists of the mission: try a proposed word, then accept or reject it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from tocsin.core.evidence.reading import read_report
from tocsin.core.evidence.types import Message, Reading, Sender
from tocsin.core.reference import load, own_words
from tocsin.core.reference.languages import FIELD_LANGUAGES, OwnWords
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import Channel
from tocsin.core.reference.viewer import Viewer
from tocsin.services.intake import gazetteer, known_actors, zone
from tocsin.services.refusals import Refusal, found_or_refuse
from tocsin.store import access
from tocsin.store import own_words as files
from tocsin.store.queries import evidence
from tocsin.store.queries import words as read
from tocsin.store.writes import desk as write
from tocsin.store.writes import record

MOST_TRIED: Final = 150


@dataclass(frozen=True, slots=True)
class Group:
    """Proposals that say the same of the same words: how often, and in which reports."""

    number: int
    language: str
    field: str
    words: str
    read_as: str
    corrected_to: str
    reports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """One text that reads otherwise with the word added. `ref` is a report, or the line of an example.

    `is_right` tells of an example whether it now reads as it should, None of a report.
    """

    ref: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    is_right: bool | None = None


@dataclass(frozen=True, slots=True)
class Tried:
    """What a word would change. `tried` texts were read twice; `broken` examples would no longer read as they should."""

    entry: str
    concept: str
    language: str
    reports: tuple[Changed, ...]
    examples: tuple[Changed, ...]
    tried_reports: int
    tried_examples: int

    @property
    def broken(self) -> int:
        """Return how many examples would no longer read as they should."""
        return sum(one.is_right is False for one in self.examples)


def grouped(viewer: Viewer) -> tuple[Group, ...]:
    """Return the proposals that wait, those made most often first."""
    access.require(viewer, "read", "word")
    groups: dict[tuple[str, ...], list[Any]] = {}
    for row in read.proposals(viewer):
        groups.setdefault((row.language, row.field, row.words, row.corrected_to), []).append(row)
    found = [_group(rows) for rows in groups.values()]
    return tuple(sorted(found, key=lambda one: (-len(one.reports), one.number)))


def group_of(viewer: Viewer, number: int) -> Group:
    """Return one proposal that waits, with all that say the same."""
    access.require(viewer, "read", "word")
    return _group(found_or_refuse(read.alike(viewer, number) or None, "word"))


def _group(rows: list[Any]) -> Group:
    one = rows[0]
    refs = tuple(dict.fromkeys(row.report.ref for row in rows))
    return Group(one.pk, one.language, one.field, one.words, one.read_as, one.corrected_to, refs)


def try_word(viewer: Viewer, language: str, concept: str, words: str, *, now: datetime) -> Tried:
    """Return which recent reports and which reference examples would read otherwise; nothing is changed.

    Raises
    ------
    Refusal
        When the words may not stand in a list.
    """
    access.require(viewer, "settle", "word")
    entry = _entry(language, concept, words)
    old = files.read_own()
    new: OwnWords = (*old, (language, concept, entry))
    recent = read.recent_messages(viewer, most=MOST_TRIED)
    told = [(ref, evidence.message_value(row), evidence.sender(row.source)) for ref, row in recent]
    reports = [one for one in (_changed(*text, old, new) for text in told) if one is not None]
    examples = list(_examples(now))
    changed = [one for one in (_example_changed(*text, old, new) for text in examples) if one is not None]
    return Tried(entry, concept, language, tuple(reports), tuple(changed), len(told), len(examples))


def accept(viewer: Viewer, number: int, concept: str, words: str, *, now: datetime) -> None:
    """Write a word into the mission's own list; from the next message on it is read with it."""
    with transaction.atomic():
        access.require(viewer, "settle", "word")
        rows = found_or_refuse(read.alike(viewer, number) or None, "word")
        entry = _entry(rows[0].language, concept, words)
        settled = {"state": "accepted", "concept": concept, "entry": entry}
        if not write.settle_words(rows, by=viewer.account, at=now, **settled):
            raise Refusal(Because("words.settled"))
        record.note(viewer, f"WORD-{number}", "word_accepted", at=now, after=settled | {"language": rows[0].language})
        try:
            files.add(rows[0].language, concept, entry)
        except OSError:
            raise Refusal(Because("words.no_folder")) from None


def reject(viewer: Viewer, number: int, *, why: str, now: datetime) -> None:
    """Reject a proposal, and all that say the same, with the reason."""
    with transaction.atomic():
        access.require(viewer, "settle", "word")
        rows = found_or_refuse(read.alike(viewer, number) or None, "word")
        if not why.strip():
            raise Refusal(Because("words.needs_why"))
        if not write.settle_words(rows, state="rejected", by=viewer.account, at=now, why=why.strip()[:400]):
            raise Refusal(Because("words.settled"))
        record.note(viewer, f"WORD-{number}", "word_rejected", at=now, after={"state": "rejected"}, why=why.strip())


def own_lists() -> dict[str, list[tuple[str, str]]]:
    """Return what the mission added, by language: what a word stands for, and the word."""
    found: dict[str, list[tuple[str, str]]] = {}
    for language, concept, entry in files.read_own():
        found.setdefault(language, []).append((concept, entry))
    return found


def export(viewer: Viewer, language: str) -> str:
    """Return the mission's own list of a language as a file for other missions: words, and nothing of any report."""
    access.require(viewer, "read", "word")
    if language not in FIELD_LANGUAGES:
        raise Refusal(Because("words.concept", {"concept": "", "language": language}))
    return own_words.write(one for one in files.read_own() if one[0] == language)


def _entry(language: str, concept: str, words: str) -> str:
    judged = own_words.judge_entry(language, concept, words)
    if not judged.value:
        raise Refusal(*judged.reasons)
    return judged.value


def _examples(now: datetime) -> Iterator[tuple[str, dict[str, str], Message]]:
    for language in FIELD_LANGUAGES:
        for number, row in enumerate(load.read_rows(f"languages/{language}/examples.csv"), start=2):
            yield f"{language}:{number}", row, Message(Channel.SMS, row["text"], now)


def _read(message: Message, sender: Sender, own: OwnWords) -> Reading:
    return read_report(message, sender, gazetteer=gazetteer(), actors=known_actors(), zone=zone(), own=own)[0]


def _said(reading: Reading) -> tuple[str, ...]:
    """Return what of a reading is compared: kind, events, state, priority. Never the text."""
    return (
        reading.kind.value,
        " ".join(code.value for code in reading.events),
        reading.state.value,
        reading.priority.value,
    )


def _changed(ref: str, message: Message, sender: Sender, old: OwnWords, new: OwnWords) -> Changed | None:
    before, after = (_said(_read(message, sender, own)) for own in (old, new))
    return Changed(ref, before, after) if before != after else None


def _example_changed(ref: str, row: dict[str, str], message: Message, old: OwnWords, new: OwnWords) -> Changed | None:
    nobody = Sender("", "citizen_unregistered", None)
    before, after = (_said(_read(message, nobody, own)) for own in (old, new))
    if before == after:
        return None
    wanted = (row["kind"], set((row["events"] or "").split()))
    is_right = (after[0], set(after[1].split())) == wanted
    return Changed(ref, before, after, is_right)
