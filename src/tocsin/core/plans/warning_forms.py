"""The forms of one warning: text message, script to be read on the telephone, script for the radio."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import tzinfo

from tocsin.core.plans.community import CommunityWarning, WarningText, named, spoken_time, written_languages
from tocsin.core.plans.segments import Segments, count_segments, levelled
from tocsin.core.reference import wording
from tocsin.core.reference.terms import CapKind

_SENTENCE = re.compile(r"(?<=[.!?؟])\s+")


@dataclass(frozen=True, slots=True)
class Forms:
    """Everything that one warning says in one language. `segments` counts the text message."""

    language: str
    sms: str
    segments: Segments
    voice: tuple[str, ...]
    radio: tuple[str, ...]


def forms_of(warning: CommunityWarning, text: WarningText, *, sender: str, zone: tzinfo) -> Forms:
    """Return every form of a warning in the language of `text`.

    The sentences around the text are said in its language where there are some, else in English.
    An exercise says so with its first word, and a warning says until when it holds and that nobody
    should wait for help.
    """
    sms = levelled(_sms(warning, text, zone))
    voice = _voice(warning, text, sender, zone)
    return Forms(text.language, sms, count_segments(sms), voice, _radio(warning, text, sender, zone))


def _around(language: str) -> str:
    return language if language in written_languages() else "en"


def _opening(warning: CommunityWarning, language: str) -> str:
    word = wording.label(f"community.word.{warning.kind.value}", language)
    if not warning.is_exercise:
        return word
    return f"{wording.label('community.word.exercise', language)}. {word}"


def _sms(warning: CommunityWarning, text: WarningText, zone: tzinfo) -> str:
    around = _around(text.language)
    until = wording.say("community.until", {"until": spoken_time(warning.expires_at, zone)}, around)
    parts = [f"{_opening(warning, around)}:", _stopped(text.what), _stopped(text.do)]
    if warning.kind is not CapKind.CANCEL:
        parts += [wording.label("community.limit.short", around), until, wording.label("community.reply", around)]
    return " ".join(part.strip() for part in parts if part.strip())


def _voice(warning: CommunityWarning, text: WarningText, sender: str, zone: tzinfo) -> tuple[str, ...]:
    """Short sentences, one a line; what to do is said twice."""
    around = _around(text.language)
    until = wording.say("community.until", {"until": spoken_time(warning.expires_at, zone)}, around)
    exercise = [wording.label("community.voice.exercise", around)] if warning.is_exercise else []
    lines = [
        *_exercise_word(warning, around),
        wording.say("community.voice.opening", {"sender": sender}, around),
        *exercise,
    ]
    lines += [_stopped(text.headline), *_sentences(text.what), *_sentences(text.do)]
    lines += [wording.label("community.voice.repeat", around), *_sentences(text.do)]
    if warning.kind is not CapKind.CANCEL:
        lines += [until, *_sentences(wording.label("community.limit", around))]
    return (*lines, *exercise, *_sentences(wording.label("community.voice.ask", around)))


def _radio(warning: CommunityWarning, text: WarningText, sender: str, zone: tzinfo) -> tuple[str, ...]:
    """Say the whole text twice, with who speaks, the time, and when it is read again."""
    around = _around(text.language)
    facts = {
        "sender": sender,
        "sent": spoken_time(warning.sent_at, zone),
        "until": spoken_time(warning.expires_at, zone),
    }
    exercise = [wording.label("community.voice.exercise", around)] if warning.is_exercise else []
    core = [f"{_opening(warning, around)}. {_stopped(text.headline)}", *_sentences(text.what), *_sentences(text.do)]
    whom = []
    if warning.places:
        whom = [wording.say("community.radio.for_whom", {"places": named(warning.places, around)}, around)]
    limit = [] if warning.kind is CapKind.CANCEL else _sentences(wording.label("community.limit", around))
    closing = [] if warning.kind is CapKind.CANCEL else [wording.say("community.radio.closing", facts, around)]
    opening = [*_exercise_word(warning, around), wording.say("community.radio.opening", facts, around)]
    repeat = wording.label("community.radio.repeat", around)
    return (*opening, *exercise, *whom, *core, *limit, repeat, *core, *closing, *exercise)


def _exercise_word(warning: CommunityWarning, language: str) -> list[str]:
    return [_stopped(wording.label("community.word.exercise", language))] if warning.is_exercise else []


def _sentences(text: str) -> list[str]:
    return [sentence for part in text.splitlines() for sentence in _SENTENCE.split(part.strip()) if sentence]


def _stopped(text: str) -> str:
    bare = text.strip()
    return bare if not bare or bare[-1] in ".!?؟" else f"{bare}."
