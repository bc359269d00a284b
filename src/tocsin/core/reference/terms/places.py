"""Places, roads and bases."""

from __future__ import annotations

from enum import StrEnum


class PlaceKind(StrEnum):
    """Kind of place."""

    TOWN = "town"
    VILLAGE = "village"
    MARKET = "market"
    BRIDGE = "bridge"
    MINE = "mine"
    DISPLACEMENT_SITE = "displacement_site"
    HEALTH_FACILITY = "health_facility"
    POINT = "point"


class SiteKind(StrEnum):
    """Where people go for a living, and are exposed."""

    WATER = "water"
    MARKET = "market"
    FIELD = "field"
    FIREWOOD = "firewood"
    SCHOOL = "school"
    HEALTH = "health"


class RoadClass(StrEnum):
    """Class of a road; NONE where only distance is known."""

    PAVED = "paved"
    GRAVEL = "gravel"
    EARTH = "earth"
    TRACK = "track"
    FOOTPATH = "footpath"
    RIVER = "river"
    NONE = "none"


class RoadStatus(StrEnum):
    """Whether a road can be used. Unknown is not open."""

    OPEN = "open"
    CAUTION = "caution"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class Season(StrEnum):
    """Season at a place."""

    DRY = "dry"
    WET = "wet"


class BaseKind(StrEnum):
    """Kind of base."""

    HQ = "hq"
    SECTOR_HQ = "sector_hq"
    COB = "cob"
    TOB = "tob"
    MOB = "mob"
