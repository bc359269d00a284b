"""Template tags of the pages: labels of codes, sentences of reasons, clocks, numbers.

What is unknown is shown as the word unknown, never as nothing and never as zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from functools import cache, lru_cache
from typing import Any, Final

from django import template
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format, number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from tocsin.core.reference import wording
from tocsin.core.reference.results import Because
from tocsin.web.clock import mission_zone

register = template.Library()

# A shape for each level, so that it is told apart without its colour.
_SHAPES: Final = {"green": "○", "yellow": "◐", "orange": "◆", "red": "▲", "black": "■"}
# How those who speak it call a language; others are shown by their code.
_TONGUES: Final = {
    "en": "English", "fr": "Français", "ar": "العربية", "sw": "Kiswahili", "swa": "Kiswahili", "ln": "Lingala", "sg": "Sängö",
    "ha": "Hausa", "so": "Soomaali", "ti": "ትግርኛ", "am": "አማርኛ", "ku": "Kurdî", "rw": "Ikinyarwanda", "lg": "Luganda",
}  # fmt: skip


def language() -> str:
    """Return the language of the page."""
    return (translation.get_language() or "en").partition("-")[0]


@register.simple_tag
def unknown() -> str:
    """Return the word for what nobody knows."""
    return wording.label("word.unknown", language())


@register.filter
def or_unknown(value: Any) -> Any:
    """Return the value, or the word unknown where there is none. Zero is a value."""
    return unknown() if value is None or value == "" else value


@register.filter
def term(value: Any, enum: str) -> str:
    """Return the label of a code: ``{{ alert.state|term:"alert_state" }}``."""
    if value is None or value == "":
        return unknown()
    code = str(getattr(value, "value", value))
    known = _known_term(code, enum, language())
    if known is not None:
        return known
    # Some flags carry what they are about: observed_at:Mbirawe.
    head, _colon, rest = code.partition(":")
    if rest and wording.has(f"term.{enum}.{head}"):
        facts = {"name": wording.label(f"term.{enum}.{head}", language()), "value": apart(rest)}
        return wording.say("brief.gap.assumption", facts, language())
    return code.replace("_", " ")


@lru_cache(2048)
def _known_term(code: str, enum: str, spoken_in: str) -> str | None:
    full = f"term.{enum}.{code}"
    return wording.label(full, spoken_in) if wording.has(full) else None


@register.filter
def tongue(code: str) -> str:
    """Return the name of a language in itself, its code where we know no name, or the word unknown."""
    return _TONGUES.get(code, code) if code and code != "und" else unknown()


@register.filter
def tongues(codes: Any) -> str:
    """Return the names of languages in themselves, each in its own direction, or the word unknown."""
    return format_html_join(_(", "), "<bdi>{}</bdi>", ((tongue(code),) for code in codes or ())) or unknown()


@register.filter
def reason(because: Any) -> str:
    """Return the sentence of a reason, given as a value or as its JSON."""
    found = Because.from_json(because) if isinstance(because, Mapping) else because
    if not wording.has(f"reason.{found.code}"):
        return str(found.code)
    facts = {key: apart(fact) for key, fact in found.facts.items()}
    return wording.reason(Because(found.code, facts, found.evidence), language())


def apart(fact: Any) -> Any:
    """Return a name or a reference so that it keeps its own direction in a sentence from right to left."""
    if not isinstance(fact, str) or fact.startswith("term.") or not translation.get_language_bidi():
        return fact
    return f"\u2068{fact}\u2069"


@register.filter
def spoken(code: str) -> str:
    """Return the label under a whole code such as ``option.force.patrol``, or the code itself."""
    return wording.label(code, language()) if wording.has(code) else code


@register.filter
def number(value: Any) -> str:
    """Return a number as the reader's language writes it, or the word unknown."""
    if value is None or value == "":
        return unknown()
    return number_format(value, decimal_pos=None, force_grouping=True)


@register.filter
def span(bounds: Any) -> str:
    """Return least and most of a count: 15, 10 to 20, at least 3, or unknown."""
    least, most = bounds if bounds else (None, None)
    if least is None and most is None:
        return unknown()
    if least == most:
        return number(least)
    if most is None:
        return _("at least %(number)s") % {"number": number(least)}
    if least is None:
        return _("at most %(number)s") % {"number": number(most)}
    return _("%(least)s to %(most)s") % {"least": number(least), "most": number(most)}


@register.filter
def clock(moment: datetime | str | None) -> str | SafeString:
    """Return a moment in the mission's zone: day, month, hour and minute, with the zone in its title."""
    found = datetime.fromisoformat(moment) if isinstance(moment, str) and moment else moment
    return _clock(found, mission_zone(), translation.get_language() or "") if found else unknown()


@lru_cache(4096)
def _clock(moment: datetime, zone: timezone, spoken_in: str) -> SafeString:
    """Return a moment as it is drawn in a zone, in the language that is active."""
    local = moment.astimezone(zone)
    return format_html(
        '<time datetime="{}" title="{}" class="clock">{} <b>{}</b></time>',
        local.isoformat(timespec="minutes"),
        f"{date_format(local, 'DATE_FORMAT')} {local:%H:%M %z}",
        date_format(local, pgettext("day and month of a moment, as a format of Django", "j M")),
        local.strftime("%H:%M"),
    )


@register.filter
def day(moment: Any) -> str:
    """Return a date, or the day of a moment in the mission's zone, in full."""
    if not moment:
        return unknown()
    local = moment.astimezone(mission_zone()) if isinstance(moment, datetime) else moment
    return date_format(local, "j F Y")


@register.simple_tag(takes_context=True)
def age(context: Mapping[str, Any], moment: datetime | None) -> str | SafeString:
    """Return how long ago a moment was, by the page's own clock."""
    if moment is None:
        return unknown()
    now = context.get("as_of") or context["now"]
    since = now - moment
    text = _("in %(time)s") if since < timedelta() else _("%(time)s ago")
    return format_html('<span class="age">{}</span>', text % {"time": lasting(abs(since))})


@register.simple_tag(takes_context=True)
def due(context: Mapping[str, Any], moment: datetime | None) -> str | SafeString:
    """Return how long until something is due, or by how much it is late."""
    if moment is None:
        return ""
    left = moment - (context.get("as_of") or context["now"])
    # A past moment stands still; in the present the page itself counts on.
    stamp = "" if context.get("as_of") else int(moment.timestamp())
    if left < timedelta():
        return format_html(
            '<b class="due late" data-due="{}">{}</b>', stamp, _("late by %(time)s") % {"time": lasting(-left)}
        )
    soon = " soon" if left < timedelta(minutes=10) else ""
    words = _("in %(time)s") % {"time": lasting(left)}
    return format_html('<span class="due{}" data-due="{}">{}</span>', soon, stamp, words)


def lasting(span_of_time: timedelta) -> str:
    """Return a stretch of time in its one or two largest units."""
    minutes = int(span_of_time.total_seconds() // 60)
    if minutes < 60:
        return ngettext("%(n)d min", "%(n)d min", minutes) % {"n": minutes}
    if minutes < 24 * 60:
        hours, rest = divmod(minutes, 60)
        return _("%(h)d h %(m)02d") % {"h": hours, "m": rest}
    days = minutes // (24 * 60)
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


@register.simple_tag
def level(value: str) -> SafeString:
    """Return an alert level as a tag with its shape and its word."""
    return _level(value, language())


@lru_cache(64)
def _level(value: str, spoken_in: str) -> SafeString:
    return format_html(
        '<span class="tag level {}"><i aria-hidden="true">{}</i> {}</span>',
        value,
        _SHAPES.get(value, "·"),
        term(value, "level"),
    )


@register.simple_tag
def priority(value: str) -> SafeString:
    """Return a priority as a tag; its weight tells it apart without colour."""
    return _priority(value, language())


@lru_cache(64)
def _priority(value: str, spoken_in: str) -> SafeString:
    return format_html('<abbr class="priority {}" title="{}">{}</abbr>', value.lower(), term(value, "priority"), value)


@register.simple_tag
def grade(source: str, content: int) -> SafeString:
    """Return an Admiralty grade as a tag: source letter and content figure."""
    return _grade(source, content, language())


@lru_cache(256)
def _grade(source: str, content: int, spoken_in: str) -> SafeString:
    halves = (f"brief.grade.source.{source}", f"brief.grade.content.{content}")
    title = " · ".join(wording.label(half, spoken_in) for half in halves)
    return format_html('<abbr class="grade" title="{}">{}{}</abbr>', title, source, content)


@register.simple_tag
def ref(value: str) -> SafeString:
    """Return a reference set in figures of one width, and left to right in every language."""
    return format_html('<bdi class="ref" dir="ltr">{}</bdi>', value)


@register.filter
def page_of(value: str) -> str:
    """Return the address of the page of an alert or a report, by its reference."""
    return f"{_pages(value[:1])}{value}/"


@cache
def _pages(letter: str) -> str:
    return reverse({"A": "alert", "R": "report"}[letter], args=["-"]).removesuffix("-/")


@register.simple_tag
def keys(*names: str) -> SafeString:
    """Return keyboard keys as they are drawn in hints."""
    return format_html_join(" ", "<kbd>{}</kbd>", ((name,) for name in names))


@register.simple_tag
def grade_words(half: str | int) -> str:
    """Return what one half of a grade means: a letter of the source, or a figure of the content."""
    side = "content" if str(half).isdecimal() else "source"
    return wording.label(f"brief.grade.{side}.{half}", language())


@register.simple_tag
def definition(code: str) -> str:
    """Return the definition of a word of the glossary."""
    return wording.label(f"definition.{code}", language())


@register.filter
def plain_code(code: str) -> str:
    """Return a code as words: underscores become blanks."""
    return code.replace("_", " ")
