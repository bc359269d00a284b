"""The enumerations of the field. Labels and definitions stand in ``data/wording/terms.yaml``.

Sources are the sections of the doctrine each scale was taken from; see the glossary page.
"""

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


class ImminenceState(StrEnum):
    """State of one threat. NONE: no threat was told of."""

    NONE = "none"
    POTENTIAL = "potential"
    EMERGING = "emerging"
    IMMINENT = "imminent"
    ONGOING = "ongoing"
    SUBSIDED = "subsided"
    CLOSED = "closed"


class TimeToHarm(StrEnum):
    """How long until harm is expected."""

    NOW = "now"
    UNDER_6H = "under_6h"
    FROM_6_TO_24H = "from_6_to_24h"
    FROM_1_TO_3D = "from_1_to_3d"
    FROM_4_TO_14D = "from_4_to_14d"
    FROM_15_TO_90D = "from_15_to_90d"
    OVER_90D = "over_90d"
    UNKNOWN = "unknown"


class Phase(StrEnum):
    """Phase of the response."""

    PREVENTION = "prevention"
    PRE_EMPTION = "pre_emption"
    RESPONSE = "response"
    CONSOLIDATION = "consolidation"


class Interpretation(StrEnum):
    """Reading of the word imminent."""

    NARROW = "narrow"
    BROAD = "broad"
    CONTINUOUS = "continuous"


class PolicyStatus(StrEnum):
    """Life of one version of the imminence policy."""

    DRAFT = "draft"
    CONSULTATION = "consultation"
    APPROVED = "approved"
    SUPERSEDED = "superseded"


class PolicyOpinion(StrEnum):
    """What somebody who was asked says of a version of the policy."""

    AGREE = "agree"
    CAVEAT = "caveat"
    DISSENT = "dissent"


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


class TaskState(StrEnum):
    """Life of a task."""

    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    DONE = "done"
    BLOCKED = "blocked"
    CANCELLED = "cancelled"


class Category(StrEnum):
    """Class of a line in the protection matrix: need, independent of means."""

    MUST = "must"
    SHOULD = "should"
    COULD = "could"
    WATCH = "watch"


class RiskBand(StrEnum):
    """Band of the product of threat and vulnerability."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    UNKNOWN = "unknown"


class Trend(StrEnum):
    """Where a figure goes."""

    RISING = "rising"
    STABLE = "stable"
    FALLING = "falling"
    UNKNOWN = "unknown"


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


class Role(StrEnum):
    """What a person may be in the mission: thirteen roles."""

    REPORTER = "reporter"
    PUBLIC_READER = "public_reader"
    FIELD_LIAISON = "field_liaison"
    DUTY_OFFICER = "duty_officer"
    ANALYST = "analyst"
    PROTECTION_LEAD = "protection_lead"
    COMPONENT_PLANNER = "component_planner"
    RESOURCE_ALLOCATOR = "resource_allocator"
    SOURCE_CUSTODIAN = "source_custodian"
    PARTNER = "partner"
    HOST_AUTHORITY = "host_authority"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Component(StrEnum):
    """Parts of the mission, and those outside it who may act; options of response are listed by them."""

    FORCE = "force"
    POLICE = "police"
    CIVIL_AFFAIRS = "civil_affairs"
    RIGHTS = "rights"
    CHILD_PROTECTION = "child_protection"
    POLITICAL = "political"
    INFORMATION = "information"
    SUPPORT = "support"
    MINE_ACTION = "mine_action"
    JOINT_OPERATIONS = "joint_operations"
    HUMANITARIAN = "humanitarian"
    HOST = "host"
    COMMUNITY = "community"
    OTHER = "other"


class Purpose(StrEnum):
    """Why a viewer looks."""

    DUTY = "duty"
    VERIFY = "verify"
    ASSESS = "assess"
    PLAN = "plan"
    REPORT = "report"
    REVIEW = "review"
    ADMINISTER = "administer"
    REPLY = "reply"


class CapStatus(StrEnum):
    """How a public warning is meant (CAP 1.2)."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    SYSTEM = "System"
    TEST = "Test"
    DRAFT = "Draft"


class CapKind(StrEnum):
    """What a public warning does to the one before it (CAP 1.2)."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"
    ACK = "Ack"
    ERROR = "Error"


class CapScope(StrEnum):
    """For whom a public warning is meant (CAP 1.2)."""

    PUBLIC = "Public"
    RESTRICTED = "Restricted"
    PRIVATE = "Private"


class Urgency(StrEnum):
    """How soon people must act (CAP 1.2)."""

    IMMEDIATE = "Immediate"
    EXPECTED = "Expected"
    FUTURE = "Future"
    PAST = "Past"
    UNKNOWN = "Unknown"


class Severity(StrEnum):
    """How bad it would be (CAP 1.2)."""

    EXTREME = "Extreme"
    SEVERE = "Severe"
    MODERATE = "Moderate"
    MINOR = "Minor"
    UNKNOWN = "Unknown"


class Likelihood(StrEnum):
    """How sure the warning is (the certainty of CAP 1.2)."""

    OBSERVED = "Observed"
    LIKELY = "Likely"
    POSSIBLE = "Possible"
    UNLIKELY = "Unlikely"
    UNKNOWN = "Unknown"


class WarningState(StrEnum):
    """Life of a warning to the people at risk."""

    DRAFT = "draft"
    RELEASED = "released"
    REPLACED = "replaced"
    CANCELLED = "cancelled"
    DROPPED = "dropped"


class WarningReach(StrEnum):
    """Who is told by a warning."""

    FOCAL_POINTS = "focal_points"
    PUBLIC = "public"


class WelfareAnswer(StrEnum):
    """What somebody who was warned answered."""

    SAFE = "safe"
    HELP = "help"
    HEARD = "heard"
    WROTE = "wrote"


class SignatureFact(StrEnum):
    """Whether what was signed is still what is there."""

    INTACT = "intact"
    ALTERED = "altered"
    UNREADABLE = "unreadable"
    ABSENT = "absent"


class PeriodFact(StrEnum):
    """Where a moment lies in the period of a certificate."""

    WITHIN = "within"
    BEFORE = "before"
    AFTER = "after"
    UNKNOWN = "unknown"


class AnchorFact(StrEnum):
    """Whether we know who stands behind a certificate."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    NONE = "none"
