"""Read one message: what it says, where, when, who, how many, how urgent, and which words led there.

Word lists and rules, and a second opinion on how urgent it is: the same message always gives the same
reading, offline, and every step can be shown. Source: proposed reading rules, to be tuned by each mission. Limits: irony,
images, voice and languages without a word list are not read; an unread message stays a message.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from tocsin.core.evidence.reader import actors as who
from tocsin.core.evidence.reader import claims
from tocsin.core.evidence.reader import events as what
from tocsin.core.evidence.reader.flags import flags_of, sensitivity_of
from tocsin.core.evidence.reader.laid import Laid, at_site, lay_out_message, spoken_for, words_of
from tocsin.core.evidence.reader.lifting import BY_SIGNS, urgency_of
from tocsin.core.evidence.reader.mentions import Where, find_where
from tocsin.core.evidence.reader.moments import Moment
from tocsin.core.evidence.reader.second_opinion import second_opinion
from tocsin.core.evidence.reader.states import state_of
from tocsin.core.evidence.reader.text import Text
from tocsin.core.evidence.reader.told import Told as Event
from tocsin.core.evidence.reader.toll import Tally, count_people
from tocsin.core.evidence.reader.verdicts import HARMED, LETHAL, Told, kind_of
from tocsin.core.evidence.types import ActorNamed, Count, KnownActor, Message, Reading, Sender, Span
from tocsin.core.places.gazetteer import Gazetteer, at_offset
from tocsin.core.reference.languages import OwnWords
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import ActorType, Channel, ImminenceState, Priority, ReportKind, Sensitivity

_KNOWN_ROLES = ("can_", "cla", "mission", "local_", "teacher", "citizen_registered", "idp_rep", "ngo", "un_", "partner", "health")  # fmt: skip
_INTERESTED = ("local_authority", "host_", "party_")
_NO_ACTOR = frozenset({ReportKind.SIGNAL, ReportKind.TEST, ReportKind.INFO_REQUEST, ReportKind.FEEDBACK})


def read_report(
    message: Message,
    sender: Sender,
    *,
    gazetteer: Gazetteer,
    actors: Sequence[KnownActor],
    zone: tzinfo,
    own: OwnWords = (),
) -> tuple[Reading, ...]:
    """Return what a message says; the first reading is its main claim.

    Parameters
    ----------
    message : Message
        As it arrived.
    sender : Sender
        What is known of the source, without who it is. Its registered place settles which of two
        namesakes is meant, and stands in where no place is named.
    gazetteer : Gazetteer
        The places of the mission.
    actors : sequence of KnownActor
        Actors by name. Communities among them are never read as perpetrators.
    zone : tzinfo
        Time zone of the mission: "tonight" is a night there.
    own : tuple of (language, concept, words)
        What the mission added to the word lists.

    Returns
    -------
    tuple of Reading
        At least one. A message nothing was understood of is UNREAD at P3, never dropped.
    """
    laid = lay_out_message(message, sender, gazetteer, actors, (zone, own))
    main = _main_reading(message, sender, laid, gazetteer)
    return (main, *_second_hand(laid, main))


def _main_reading(message: Message, sender: Sender, laid: Laid, gazetteer: Gazetteer) -> Reading:
    lead = claims.leading(laid.own, laid.text, laid.places)
    where = find_where(laid.text, laid.places, lead, home=laid.home, gazetteer=gazetteer, told_of=laid.other_place)
    facts = _facts(message, sender, laid, lead)
    kind, why_kind = kind_of(facts)
    facts = replace(facts, events=claims.settled(facts.events, kind, laid.text))
    if kind in (ReportKind.FEEDBACK, ReportKind.TEST, ReportKind.INFO_REQUEST):
        facts = replace(facts, toll={})
    if kind is ReportKind.UPDATE and "PRO" in facts.events:
        # Who goes home is no longer displaced.
        facts = replace(facts, toll={name: one for name, one in facts.toll.items() if "displaced" not in name})
    state = state_of(facts, kind)
    priority, why_priority = urgency_of(laid, facts, kind, state)
    opinion = second_opinion(message.text, kind, priority)
    if opinion.because:
        priority, why_priority = opinion.priority, (opinion.because, *why_priority)
        # What may be urgent is not held for calm.
        state = ImminenceState.POTENTIAL if state is ImminenceState.NONE else state
    flags = _flags(laid, facts, kind, where, sender)
    return Reading(
        kind=kind,
        events=claims.ordered(facts.events),
        state=state,
        priority=priority,
        # A missed call has no words; those that stand there are the telephone's own.
        language="und" if message.channel is Channel.MISSED_CALL else laid.text.language,
        place=where.place,
        place_text=where.text,
        place_precision=where.precision,
        observed_place=where.observed,
        point=where.point,
        when=_span(facts, kind, laid),
        actor=_actor_for(kind, facts.actor),
        toll=facts.toll,
        hearsay=facts.hearsay,
        sensitivity=sensitivity_of(facts, kind, flags),
        flags=flags,
        doubts=(
            *_doubts(facts, where, kind, lead),
            *(("danger_from_signs",) if why_priority[0].code == BY_SIGNS else ()),
            *(("second_opinion",) if opinion.because else ()),
            *(("text_cut",) if laid.unread.strip() else ()),
        ),
        because=(why_kind, *why_priority, *_words_behind(laid.own, facts.events, where)),
    )


def _facts(message: Message, sender: Sender, laid: Laid, lead: Event | None) -> Told:
    text = laid.text
    codes = claims.claimed(laid.own, text)
    needy = {"DIS"} if "NED" in codes and at_site(laid) else set()
    tally = count_people(text, codes | needy, spoken_for(laid), laid.own)
    around = claims.Around(
        communities=words_of(laid, ActorType.COMMUNITY),
        ours=words_of(laid, ActorType.MISSION),
        toll=tally.toll,
        at_site=at_site(laid),
        strength=tally.strength is not None,
        fighters=len({one.actor.name for one in laid.mentions if one.actor.actor_type in who.FIGHTER_TYPES}),
        parties=len({one.actor.name for one in laid.mentions if one.actor.actor_type in who.ARMED_TYPES}),
    )
    codes = claims.completed(codes, text, around)
    actor = who.name_actor(
        text, laid.mentions, codes, trusted=sender.role.startswith(_KNOWN_ROLES), strength=tally.strength
    )
    span, deadline = _main_moment(laid, lead, codes)
    return Told(
        text=text,
        events=codes,
        actor=actor,
        toll=_toll(tally, codes),
        span=span,
        received=laid.received,
        channel=message.channel,
        # What is seen here stays seen, whatever is told of elsewhere.
        hearsay=not laid.elsewhere
        and text.has("hearsay")
        and (any(one.hearsay for one in laid.own) or not codes & HARMED),
        conditional="THR" in codes and _is_conditional(laid),
        deadline=deadline,
        nearing=_nearing(laid),
        second_hand=all(one.hearsay for one in laid.own if one.code in HARMED and one.status == "asserted"),
        denied=any(one.status == "negated" and one.code in HARMED | {"MOB"} for one in laid.own),
    )


def _nearing(laid: Laid) -> bool:
    """Return whether armed people are told to come towards a place that is named, or to where the sender is."""
    text = laid.text
    armed = text.has("armed", "weapon") or any(one.actor.actor_type in who.ARMED_TYPES for one in laid.mentions)
    spots = [at for place in laid.places for at in text.words_between(place.start, place.end)[:1]]
    spots += [one.first for one in text.all("here", "we", "home")]
    coming = text.all("comes", "heading", "toward")
    cried = text.has("callback", "help_only", "urgent", "now")
    return armed and (
        text.has("present_at")
        or (cried and not text.has("left", "finished") and _come(laid))
        or any(
            0 < at - word.last <= 4 and text.same_sentence(at, word.first)
            for at in spots
            for word in coming
            if not text.at(word.first, "THR")
        )
    )


def _come(laid: Laid) -> bool:
    """Return whether a named armed group is told to be coming: "les Simbarra arrivent"."""
    text = laid.text
    ends = {one.end for one in laid.mentions if one.actor.actor_type in who.FIGHTER_TYPES}
    named = [at for at, token in enumerate(text.tokens) if token.end in ends]
    return any(
        0 < word.first - at <= 3 and text.same_clause(at, word.first)
        for at in named
        for word in text.all("comes", "heading")
    )


def _toll(tally: Tally, codes: frozenset[str]) -> dict[str, Count]:
    toll = dict(tally.toll)
    for names, wanted in _COUNTED_WITH:
        if not codes & wanted:
            toll = {name: count for name, count in toll.items() if name not in names}
    return toll


# What is counted only where something tells of it.
_COUNTED_WITH = (
    (frozenset({"heads"}), frozenset({"TRH", "LOO", "TNS"})),
    (frozenset({"abducted"}), frozenset({"ABD", "REC"})),
    (frozenset({"displaced_households"}), frozenset({"DIS", "IDB", "NED"})),
    (frozenset({"children"}), HARMED | {"DIS", "IDB", "NED", "THR", "MOB"}),
    (frozenset({"rounds"}), frozenset({"SHL", "ATK", "CLS", "UNX"})),
)


def _is_conditional(laid: Laid) -> bool:
    text = laid.text
    threats = [one.match.first for one in laid.own if one.code == "THR"]
    if not threats:
        return True
    return any(text.same_sentence(when.first, at) for when in what.conditions(text) for at in threats)


def _main_moment(laid: Laid, lead: Event | None, codes: frozenset[str]) -> tuple[Span, datetime | None]:
    """Return when the main event is, and the deadline where one is set."""
    limits = [
        one for one in laid.moments if one.role in ("deadline", "due") or ("EOD" in codes and _is_later(one, laid))
    ]
    others = [moment for moment in laid.moments if moment not in limits]
    later = [moment.span.start for moment in limits if moment.span.start and moment.span.start > laid.received]
    deadline = min(later, default=None)
    if "THR" in codes and not codes & HARMED - {"FMV"} and deadline is not None:
        return Span(deadline, None, "day"), deadline
    if not others:
        return Span(None, None), deadline
    at = lead.match.first if lead else 0
    best = max(others, key=lambda one: (_closeness(laid.text, one, at), -abs(one.first - at)))
    if best.role == "since" and not laid.text.has("finished"):
        return Span(best.span.start, laid.received, best.span.precision), deadline
    return best.span, deadline


def _is_later(moment: Moment, laid: Laid) -> bool:
    """Return whether it is a time still to come: beside a hazard, when somebody will meet it."""
    return moment.span.start is not None and moment.span.start > laid.received


def _closeness(text: Text, moment: Moment, at: int) -> int:
    if not 0 <= at < len(text.tokens):
        return 0
    return 2 * text.same_clause(moment.first, at) + text.same_sentence(moment.first, at)


def _span(facts: Told, kind: ReportKind, laid: Laid) -> Span:
    """Return when, with the time of receipt where the message names none."""
    span = facts.span
    if kind is ReportKind.UPDATE and facts.text.has("finished", "left") and span.start is not None:
        return Span(None, span.end or span.start, span.precision)
    if span.start is None and span.end is None:
        return Span(laid.received, None if facts.events & HARMED else laid.received, "unknown")
    if kind is ReportKind.INCIDENT and span.precision == "exact" and facts.events & LETHAL:
        return Span(span.start, None, "exact")
    if (kind is ReportKind.THREAT_WARNING and facts.conditional) or (
        kind is ReportKind.UPDATE and "PRO" in facts.events
    ):
        return Span(span.start, None, span.precision)
    return span


def _actor_for(kind: ReportKind, actor: ActorNamed | None) -> ActorNamed | None:
    if kind is ReportKind.RUMOUR and actor is not None and actor.actor_type is not ActorType.CIVILIANS:
        return None
    if kind in _NO_ACTOR or (kind is ReportKind.UPDATE and actor is not None and actor.name is None):
        return None
    return actor


def _flags(laid: Laid, facts: Told, kind: ReportKind, where: Where, sender: Sender) -> tuple[str, ...]:
    actor = facts.actor
    host = any(one.actor.host or one.actor.actor_type in (ActorType.STATE, ActorType.STATE_POLICE) for one in laid.mentions if actor and actor.name and one.actor.name in actor.name.split("|"))  # fmt: skip
    found = list(flags_of(facts, kind, host_named=host, community_named=laid.communities > 0))
    found += where.flags
    if where.observed is not None and where.observed != where.place:
        found.append(f"observed_at:{where.observed.name}")
    if laid.other_place is not None:
        found.append(f"second_hand:{laid.other_place.place.name}")
    found += _dated_flags(facts, kind)
    if sender.role.startswith(_INTERESTED):
        found.append("interested_party")
    if (
        any(one.actor.actor_type is ActorType.MISSION for one in laid.mentions)
        and "THR" in facts.events
        and _aimed(laid)
    ):
        found.append("target:UN")
    return tuple(dict.fromkeys(found))


def _dated_flags(facts: Told, kind: ReportKind) -> list[str]:
    found = []
    if facts.deadline is not None:
        if "THR" in facts.events:
            found.append(f"ultimatum_deadline:{facts.deadline.date().isoformat()}")
        else:
            found.append(f"deadline:{facts.deadline.isoformat(timespec='minutes')}")
    if kind is ReportKind.UPDATE and {"TRH", "PRO"} <= facts.events and facts.span.start:
        found.append(f"corridor_open:{facts.span.start.date().isoformat()}")
    return found


def _aimed(laid: Laid) -> bool:
    threats = [laid.text.tokens[one.match.last].end for one in laid.own if one.code == "THR"]
    mission = [one.start for one in laid.mentions if one.actor.actor_type is ActorType.MISSION]
    return any(0 < at - end < 40 for end in threats for at in mission)


def _doubts(facts: Told, where: Where, kind: ReportKind, lead: Event | None) -> tuple[str, ...]:
    found = list(where.doubts)
    if kind is ReportKind.UNREAD:
        found.append("unread")
    if lead is not None and not lead.match.exact:
        found.append("spelling_guessed")
    if facts.span.start is None and facts.span.end is None:
        found.append("time_from_receipt")
    if facts.hearsay:
        found.append("hearsay")
    return tuple(dict.fromkeys(found))


def _words_behind(told: Sequence[Event], codes: frozenset[str], where: Where) -> tuple[Because, ...]:
    """Return which entries of the word lists led to each event; never words of the message itself."""
    found = []
    for code in codes:
        words = dict.fromkeys(one.match.words for one in told if one.code == code and one.status == "asserted")
        rule = "reading.event" if words else "reading.event_implied"
        found.append(Because(rule, {"event": f"term.event_code.{code}", "words": ", ".join(list(words)[:4])}))
    left_out = {(one.code, one.status) for one in told if one.status != "asserted" and one.code not in codes}
    for code, status in sorted(left_out):
        found.append(Because(f"reading.not_asserted.{status}", {"event": f"term.event_code.{code}"}))
    return (*sorted(found, key=lambda because: (because.code, str(because.facts))), Because(f"reading.{where.why}"))


def _second_hand(laid: Laid, main: Reading) -> tuple[Reading, ...]:
    """Return what was told of another place by people who came from there."""
    if laid.other_place is None or not laid.elsewhere:
        return ()
    codes = frozenset(one.code for one in laid.elsewhere)
    priority = Priority.P1 if codes & LETHAL else Priority.P2
    why = Because("reading.priority.told_by_the_fled", {"priority": f"term.priority.{priority.value}"})
    place = laid.other_place
    return (
        Reading(
            kind=ReportKind.INCIDENT,
            events=claims.ordered(codes),
            state=ImminenceState.ONGOING,
            priority=priority,
            language=main.language,
            place=place.place,
            place_text=laid.text.raw[place.start : place.end],
            place_precision=2,
            point=at_offset(place),
            when=Span(None, laid.received, "unknown"),
            hearsay=True,
            sensitivity=Sensitivity.HIGH,
            flags=("second_hand", "need_callback"),
            doubts=("hearsay", "time_from_receipt"),
            because=(
                why,
                *_words_behind(laid.elsewhere, codes, Where(None, None, None, 2, "", (), (), "place.by_name")),
            ),
        ),
    )
