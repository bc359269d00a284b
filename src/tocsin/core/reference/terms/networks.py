"""Village networks, their signals and their code sheets."""

from __future__ import annotations

from enum import StrEnum


class NetworkKind(StrEnum):
    """What kind of community network it is."""

    COMMUNITY_ALERT = "community_alert"
    VILLAGE_WATCH = "village_watch"
    HOTLINE = "hotline"
    SAFETY_COMMITTEE = "safety_committee"
    AUTHORITIES = "authorities"


class Rhythm(StrEnum):
    """How often a network is asked whether all is well."""

    NONE = "none"
    DAILY = "daily"
    WEEKLY = "weekly"


class DeviceState(StrEnum):
    """How a telephone, its credit or its charge stands."""

    OK = "ok"
    LOW = "low"
    NONE = "none"
    UNKNOWN = "unknown"


class Coverage(StrEnum):
    """How well a village is reached by telephone or radio."""

    GOOD = "good"
    PATCHY = "patchy"
    NONE = "none"
    UNKNOWN = "unknown"


class NodeState(StrEnum):
    """Whether a node of a network is heard. Silent is never calm."""

    SILENT = "silent"
    DUE = "due"
    HEARD = "heard"
    UNKNOWN = "unknown"
    NOT_WATCHED = "not_watched"


class SignalKind(StrEnum):
    """With what a village gives its alarm."""

    BELL = "bell"
    WHISTLE = "whistle"
    FLARE = "flare"
    LAMP = "lamp"
    DRUM = "drum"
    POTS = "pots"
    FLAG = "flag"


class SignalPattern(StrEnum):
    """How the signal is given: how long, how often, in which colour."""

    ANY = "any"
    CONTINUOUS = "continuous"
    SHORT = "short"
    ONE = "one"
    TWO = "two"
    THREE = "three"
    RED = "red"
    WHITE = "white"
    GREEN = "green"
    YELLOW = "yellow"
    BLACK = "black"


class SignalMeaning(StrEnum):
    """What a village agreed that a signal means."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"


class FieldKind(StrEnum):
    """What one field of a coded message holds."""

    COUNT = "count"
    CODES = "codes"
    SCALE = "scale"
    PLACE = "place"
    YES_NO = "yes_no"
    TEXT = "text"
