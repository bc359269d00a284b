"""Tasks, means, gaps and lessons."""

from __future__ import annotations

from enum import StrEnum


class TaskState(StrEnum):
    """Life of a task."""

    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    DONE = "done"
    BLOCKED = "blocked"
    CANCELLED = "cancelled"


class AssetKind(StrEnum):
    """What can be sent."""

    INF_COY = "inf_coy"
    INF_PLT = "inf_plt"
    QRF_COY = "qrf_coy"
    FPU = "fpu"
    UNPOL_IPO = "unpol_ipo"
    UNMO_TEAM = "unmo_team"
    CLA = "cla"
    INTERPRETER = "interpreter"
    UTIL_HELI = "util_heli"
    ATTACK_HELI = "attack_heli"
    MOBILE_BASE = "mobile_base"
    BOAT = "boat"
    ENGINEER_PLANT = "engineer_plant"
    EOD_TEAM = "eod_team"
    AMBULANCE = "ambulance"
    CIV_OFFICER = "civ_officer"


class GapKind(StrEnum):
    """What kind of means is missing."""

    MOBILITY_AIR = "mobility_air"
    MOBILITY_GROUND = "mobility_ground"
    TROOPS = "troops"
    POLICE = "police"
    NIGHT_VISION = "night_vision"
    LANGUAGE = "language"
    ENGINEERING = "engineering"
    AUTHORITY_ACCESS = "authority_access"
    WILL_CAVEAT = "will_caveat"
    INFORMATION = "information"


class GapState(StrEnum):
    """Life of a capability gap."""

    DETECTED = "detected"
    OPEN = "open"
    RAISED_FIELD = "raised_field"
    RAISED_MISSION = "raised_mission"
    RAISED_HQ = "raised_hq"
    RAISED_COUNCIL = "raised_council"
    PLEDGED = "pledged"
    IN_TRANSIT = "in_transit"
    CLOSED = "closed"
    ACCEPTED_RISK = "accepted_risk"
    MITIGATED = "mitigated"
    WITHDRAWN = "withdrawn"


class LessonState(StrEnum):
    """Life of a lesson."""

    SUBMITTED = "submitted"
    SCREENED = "screened"
    ANALYSED = "analysed"
    IDENTIFIED = "identified"
    ENDORSED = "endorsed"
    ACTIONED = "actioned"
    VALIDATED = "validated"
    EMBEDDED = "embedded"
    RETIRED = "retired"
    REJECTED = "rejected"
