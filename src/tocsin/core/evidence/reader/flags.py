"""What must follow from a message, what must not be done with it, and how harmful a leak would be."""

from __future__ import annotations

from tocsin.core.evidence.reader.text import Text
from tocsin.core.evidence.reader.verdicts import HARMED, Told, hints_at_sexual_violence
from tocsin.core.reference.terms import ActorType, ReportKind, Sensitivity

_STATE = frozenset({ActorType.STATE, ActorType.STATE_POLICE, ActorType.UNIFORMED_UNKNOWN})
_TELLING = frozenset({"ATK", "KIL", "ABD", "ARB", "TOR", "SHL", "REC", "LOO"})
_ABUSE = frozenset({"KIL", "ABD", "ARB", "SGV", "TOR", "REC", "LOO", "ATK", "FMV", "SCH", "HUM"})


def flags_of(told: Told, kind: ReportKind, *, host_named: bool, community_named: bool) -> tuple[str, ...]:
    """Return the flags of a reading, each once."""
    found: dict[str, None] = {}
    for name, holds in (*_care(told, host_named), *_follow_up(told, kind), *_content(told, kind, community_named)):
        if holds:
            found[name] = None
    return tuple(found)


def _care(told: Told, host_named: bool) -> list[tuple[str, bool]]:
    text, events = told.text, told.events
    hinted = hints_at_sexual_violence(told)
    by_state = (
        told.actor is not None and told.actor.actor_type in _STATE and bool(events & _ABUSE) and "UNX" not in events
    )
    hidden = text.has("no_names") or hinted or "SGV" in events
    kin = text.has("kin") and bool(events & {"ARB", "ABD", "SGV", "KIL", "TOR", "REC"})
    child = text.has("child") and bool(events & HARMED) and "IDB" not in events
    return [
        ("possible_SGV_do_not_assert", hinted),
        ("gbv_survivor_centred", hinted or "SGV" in events),
        ("child", child),
        # Who is beaten or held where men in uniform are told of is not named to them, whoever else is named.
        (
            "do_not_share_host_forces",
            by_state or hinted or "SGV" in events or (text.has("uniform") and bool(events & {"TOR", "ARB"})),
        ),
        ("do_not_share_host_forces_source", by_state),
        ("host_force_alleged", by_state and host_named),
        ("HRDDP_input", by_state and host_named),
        ("no_names", text.has("no_names")),
        ("consent_limited", hidden),
        ("consent_required", kin or hidden),
        ("do_not_share_without_consent", kin or hidden),
        ("consent_to_contact", text.has("contact_me")),
        ("MRM", child and bool(events & {"REC", "ABD", "KIL", "SGV", "SCH", "EOD"})),
    ]


def _follow_up(told: Told, kind: ReportKind) -> list[tuple[str, bool]]:
    text, events = told.text, told.events
    urgent = kind in (ReportKind.SIGNAL, ReportKind.UNREAD)
    return [
        ("need_callback", urgent or (bool(events & {"ATK", "SHL"}) and text.has("callback", "urgent"))),
        ("no_content", kind is ReportKind.SIGNAL and not events - {"SIG"} and not text.has("sound", "fire_word")),
        ("signal_code:RED", kind is ReportKind.SIGNAL and text.has("sound", "red_code")),
        ("two_hypotheses:site_fire|gunfire", kind is ReportKind.SIGNAL and text.has("fire_word")),
        ("relay", text.has("relay")),
        (
            "casevac_candidate",
            text.has("casevac")
            or (
                bool(told.toll.get("injured")) and kind is ReportKind.INCIDENT and (told.toll["injured"].least or 0) > 0
            ),
        ),
        ("hazard_report", "EOD" in events),
        ("casualties_unknown", (text.has("no_casualty") and text.has("not_known")) or _uncounted(told)),
        ("possible_enforced_disappearance", text.has("disappearance") and bool(events & {"ARB", "ABD"})),
        ("civilian_character_concern", text.has("weapons_hidden") and kind is ReportKind.DISPLACEMENT),
        ("do_not_publish_weapon_claim", text.has("weapons_hidden") and kind is ReportKind.DISPLACEMENT),
        ("planned_task_blocked", "UNX" in events),
        ("SOFA_violation", "UNX" in events),
        ("link_existing", kind is ReportKind.UPDATE and bool(events & HARMED)),
        ("movement_risk", "FMV" in events),
    ]


def _content(told: Told, kind: ReportKind, community_named: bool) -> list[tuple[str, bool]]:
    text, events = told.text, told.events
    return [
        (
            "negative_report",
            kind is ReportKind.UPDATE and (text.has("nothing_to_report") or told.denied) and not events & HARMED,
        ),
        ("closure_candidate:FALSE_ALARM", kind is ReportKind.UPDATE and text.has("false_alarm")),
        ("comms_check", kind is ReportKind.TEST),
        ("not_poc", kind is ReportKind.INFO_REQUEST),
        ("perception_positive", kind is ReportKind.FEEDBACK and text.has("thanks")),
        ("perception_negative", kind is ReportKind.FEEDBACK and text.has("complaint")),
        (
            "agreement_record",
            kind is ReportKind.UPDATE
            and "PRO" in events
            and any(
                "ccor" in f.words
                or "greement" in f.words
                or "kubaliano" in f.words
                or "kataba" in f.words
                or "اتفاق" in f.words
                for f in text.all("PRO")
            ),
        ),
        ("about_mission", text.has("mission_claim")),
        ("code_switching", "+" in text.language),
        ("weak_signal", text.has("weak") and kind is ReportKind.THREAT_WARNING),
        ("eyewitness", text.has("saw")),
        ("forwarded_content", text.has("forwarded")),
        ("second_hand", told.hearsay),
        ("identified_group", (community_named or text.has("herder", "farmer")) and bool(events & {"THR", "HSP"})),
        ("stated_intent", "THR" in events and text.has("say")),
        ("stated_intent_public", bool(events & {"THR"}) and "HSP" in events),
        ("conditional_threat", told.conditional),
        ("target:UN", "THR" in events and _aims_at_mission(text)),
        ("trigger_event:base_closure", text.has("base_closure")),
        ("prevention_alert:early+mass", "TRH" in events and text.has("early_move")),
        ("no_incident", "TRH" in events and not events & HARMED),
        ("trigger_level_2", "IDB" in events),
    ]


def _uncounted(told: Told) -> bool:
    return any(count.least == 0 and count.most is None for count in told.toll.values())


def _aims_at_mission(text: Text) -> bool:
    return any(
        0 < found.first - threat.first <= 7
        for found in text.all("mission", "mission_named", "base_word")
        for threat in text.all("THR")
    )


def sensitivity_of(told: Told, kind: ReportKind, flags: tuple[str, ...]) -> Sensitivity:
    """Return how harmful a leak of the message would be."""
    if "SGV" in told.events or "possible_SGV_do_not_assert" in flags:
        return Sensitivity.SEVERE
    if (told.events & {"REC", "ABD"} and "child" in flags) or (
        "KIL" in told.events and "do_not_share_host_forces" in flags
    ):
        return Sensitivity.SEVERE
    if kind in (ReportKind.TEST, ReportKind.INFO_REQUEST, ReportKind.FEEDBACK):
        return Sensitivity.LOW
    if kind is ReportKind.UPDATE:
        return Sensitivity.MODERATE if told.events & HARMED else Sensitivity.LOW
    careful = {"do_not_share_host_forces", "no_names", "consent_required", "civilian_character_concern", "child"} & set(
        flags
    )
    if careful or (kind is ReportKind.INCIDENT and told.events & _TELLING):
        return Sensitivity.HIGH
    if kind is ReportKind.THREAT_WARNING:
        return _of_threat(told, flags)
    return Sensitivity.MODERATE


def _of_threat(told: Told, flags: tuple[str, ...]) -> Sensitivity:
    if not told.events & {"THR", "MOB", "DEM", "HSP"}:
        return Sensitivity.LOW
    quoted = told.conditional or "forwarded_content" in flags or "weak_signal" in flags
    return Sensitivity.MODERATE if quoted or not told.events & {"THR", "MOB"} else Sensitivity.HIGH
