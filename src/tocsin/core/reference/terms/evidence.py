"""What people tell, and how far it is believed."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Channel(StrEnum):
    """How a message travelled."""

    SMS = "sms"
    MISSED_CALL = "missed_call"
    HOTLINE = "hotline"
    WEB_FORM = "web_form"
    RADIO = "radio"
    HF_RADIO = "hf_radio"
    WALK_IN = "walk_in"
    RELAY_CALL = "relay_call"
    WHATSAPP_FORWARD = "whatsapp_forward"
    WHATSAPP = "whatsapp"
    TELEGRAM = "telegram"
    EMAIL = "email"
    OFFLINE_FORM = "offline_form"
    COMMAND = "command"


class ReportKind(StrEnum):
    """What a report is."""

    INCIDENT = "incident"
    THREAT_WARNING = "threat_warning"
    SIGNAL = "signal"
    RUMOUR = "rumour"
    UPDATE = "update"
    DISPLACEMENT = "displacement"
    INFO_REQUEST = "info_request"
    FEEDBACK = "feedback"
    TEST = "test"
    UNREAD = "unread"


class EventCode(StrEnum):
    """What happened or may happen (own codes; crosswalks on export)."""

    ATK = "ATK"
    KIL = "KIL"
    ABD = "ABD"
    ARB = "ARB"
    SGV = "SGV"
    TOR = "TOR"
    REC = "REC"
    LOO = "LOO"
    DIS = "DIS"
    FMV = "FMV"
    EOD = "EOD"
    SHL = "SHL"
    CLS = "CLS"
    MOB = "MOB"
    THR = "THR"
    HSP = "HSP"
    TNS = "TNS"
    TRH = "TRH"
    DEM = "DEM"
    RST = "RST"
    SCH = "SCH"
    HUM = "HUM"
    UNX = "UNX"
    IDB = "IDB"
    CRM = "CRM"
    RUM = "RUM"
    NED = "NED"
    SIG = "SIG"
    PRO = "PRO"


ATTACK_CODES: Final = frozenset(
    {EventCode.ATK, EventCode.KIL, EventCode.ABD, EventCode.SGV, EventCode.TOR, EventCode.SHL, EventCode.SCH}
)


LETHAL_CODES: Final = frozenset({EventCode.ATK, EventCode.KIL, EventCode.SHL})


class ActorType(StrEnum):
    """Class of an armed or other actor."""

    STATE = "state"
    STATE_POLICE = "state_police"
    REBEL = "rebel"
    MILITIA = "militia"
    COMMUNITY = "community"
    CIVILIANS = "civilians"
    UNIFORMED_UNKNOWN = "uniformed_unknown"
    EXTERNAL = "external"
    MISSION = "mission"
    UNKNOWN = "unknown"


class Certainty(StrEnum):
    """How sure we are."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Sensitivity(StrEnum):
    """How harmful a leak would be, as the partners' protocol words it."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"
    SEVERE = "severe"


class VerificationState(StrEnum):
    """Life of a report and of an incident."""

    RECEIVED = "received"
    TRIAGED = "triaged"
    VERIFYING = "verifying"
    VALIDATED = "validated"
    UNCONFIRMED = "unconfirmed"
    REFUTED = "refuted"
    DUPLICATE = "duplicate"
    OUT_OF_SCOPE = "out_of_scope"
    REOPENED = "reopened"
