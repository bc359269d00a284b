"""Alerts, what is decided on them, and what came of it."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """Alert level."""

    GREEN = "green"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"
    BLACK = "black"


class Priority(StrEnum):
    """Priority of an alert or report; P1 is the most urgent."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


class AlertState(StrEnum):
    """Life of an alert."""

    OPEN = "open"
    DISSEMINATED = "disseminated"
    ACKED = "acked"
    DECIDED = "decided"
    DELEGATED_UNCONFIRMED = "delegated_unconfirmed"
    CONFIRMED_BY_INDEPENDENT_SOURCE = "confirmed_by_independent_source"
    TASKED = "tasked"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    EFFECT_REPORTED = "effect_reported"
    FEEDBACK_GIVEN = "feedback_given"
    CLOSED = "closed"


class DecisionKind(StrEnum):
    """What was decided on an alert."""

    RESPOND = "respond"
    DELEGATE = "delegate"
    REFER = "refer"
    MONITOR = "monitor"
    DECLINE_NO_MEANS = "decline_no_means"
    DECLINE_OTHER = "decline_other"


class ResponseClass(StrEnum):
    """What kind of response there was (classes 0 to 4 of the doctrine)."""

    NONE = "0"
    RELAYED_ONLY = "1"
    NON_PHYSICAL = "2"
    PHYSICAL_BY_OTHER = "3"
    PHYSICAL_BY_MISSION = "4"


class ResponseTiming(StrEnum):
    """When the response came, seen from the harm."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"
    NO_HARM = "no_harm"
    UNKNOWN = "unknown"


class DutyCall(StrEnum):
    """What came of calling somebody about an alert."""

    HAS_IT = "has_it"
    REACHED = "reached"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    SWITCHED_OFF = "switched_off"


class HarmKind(StrEnum):
    """What people suffered; NONE is written by whoever looked and found none."""

    KILLED = "killed"
    INJURED = "injured"
    ABDUCTED = "abducted"
    SEXUAL_VIOLENCE = "sexual_violence"
    DETAINED = "detained"
    DISPLACED = "displaced"
    HOUSES_BURNT = "houses_burnt"
    NONE = "none"


class HarmPhase(StrEnum):
    """When people were harmed, seen from the response."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


class RaisedBy(StrEnum):
    """Who or what a warning came from in the first place."""

    COMMUNITY = "community"
    PERSON = "person"
    MACHINE = "machine"


class Outlet(StrEnum):
    """Where an alarm goes: it may wake somebody, stands among the alerts, or waits for the daily digest."""

    PAGE = "page"
    ALERT = "alert"
    DIGEST = "digest"
