"""Make a mission: its folder, its key, its tables, its world, its accounts."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from tocsin.core.assessment.policy import default_policy
from tocsin.core.reference import wording
from tocsin.core.reference.results import Problem
from tocsin.core.reference.terms import Role
from tocsin.core.reference.viewer import SYSTEM
from tocsin.feeds.world_folder.adapter import find_world, read_world, shift_world, world_names
from tocsin.services import network_world, playing, sending
from tocsin.store import durability, making, own_rules
from tocsin.store.convert.alerts import alert_state
from tocsin.store.queries import alerts as read_alerts
from tocsin.store.queries import evidence, places
from tocsin.store.queries.record import work_figures
from tocsin.store.writes import plans as write_plans
from tocsin.store.writes import policy as write_policy
from tocsin.store.writes import record
from tocsin.store.writes import world as write
from tocsin.store.writes.world import Desk

__all__ = [
    "Desk",
    "NewAccount",
    "check",
    "current_code",
    "find_world",
    "is_fictional",
    "make_account",
    "prepare_store",
    "start_world",
    "world_names",
]


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account just made, with what its holder needs once; neither is kept in the clear."""

    username: str
    title: str
    role: Role
    sector: str
    passphrase: str
    second_factor: str


def is_store_empty() -> bool:
    """Return whether the store holds nothing yet, so that a mission can be made in it."""
    return making.is_empty()


def take_store_away() -> None:
    """Remove the store of a mission whose making failed; it was empty before."""
    making.take_away()


def prepare_store() -> None:
    """Make or upgrade the tables, and refuse to go on where the store could lose what it acknowledged."""
    call_command("migrate", verbosity=0, interactive=False)
    durability.refuse_unless_safe()


def make_account(desk: Desk, *, now: datetime, passphrase: str = "") -> NewAccount:
    """Make an account with a pass-phrase and a second factor, and return both once."""
    phrase = passphrase or "-".join(secrets.token_hex(3) for _ in range(4))
    secret = base64.b32encode(secrets.token_bytes(20)).decode()
    with transaction.atomic():
        write.make_account(desk, phrase)
        write.give_second_factor(desk.username, secret)
        record.note_many(SYSTEM, "account_made", [f"account:{desk.username}"], at=now)
    return NewAccount(desk.username, desk.title, desk.role, desk.sector, phrase, secret)


def read_settings_of(folder: Path, *, ending: datetime | None = None) -> tuple[Any, int]:
    """Return a world with its dates moved by whole weeks so that it ends at or just before `ending`."""
    world = read_world(folder)
    if world.settings is None:
        return world, 0
    days = 0
    if ending is not None:
        days = (ending - world.settings.today) // timedelta(weeks=1) * 7
        world = shift_world(world, days)
    return world, days


def start_world(
    world: Any, *, now: datetime, progress: Callable[[str], None] = lambda part: None, play_messages: bool = True
) -> tuple[list[NewAccount], tuple[Problem, ...]]:
    """Write a world into an empty mission and play its messages, each at its own time.

    Returns the accounts made and every problem found in the world's files.
    """
    frame = world.settings
    with transaction.atomic():
        progress("places")
        write.save_ground(
            world.places, world.sites, world.roads, world.closures, country=frame.country, at=_start(world)
        )
        write.save_means(world.bases, world.assets)
        for actor in world.actors:
            write.save_actor(
                actor.ref, actor.name, actor.actor_type, aliases=actor.aliases, host=actor.host, note=actor.note
            )
        for source in world.sources:
            write.save_source(
                source.ref,
                source.role,
                place=source.place,
                languages=source.languages,
                letter=source.letter,
                contact=source.contact,
                network=source.network,
            )
        network_world.write_networks(world, at=frame.today - timedelta(days=30))
        progress("past")
        _write_past(world, now)
        _write_policy(frame)
        record.note_many(SYSTEM, "world_started", [f"world:{world.name}"], at=now)
    progress("accounts")
    accounts = _make_accounts(frame, now)
    if play_messages:
        progress("messages")
        playing.play(world)
    network_world.keep_watch(world)
    return accounts, world.problems


def _write_past(world: Any, now: datetime) -> None:
    frame = world.settings
    write.save_incidents(
        world.incidents, world.tolls, world.discovered_by, country=frame.country, world=world.name, at=now
    )
    for alert in world.alerts:
        _write_past_alert(world.name, alert)
    for row in world.displacement:
        if row.people is not None:
            write.save_displacement(
                world.name,
                row.place,
                as_at_on=row.as_at_on,
                people=row.people,
                origin=row.origin_place or "",
                country=frame.country,
            )
    for partner in world.partners:
        write.save_partner(partner.organisation, partner.place, work=partner.sector_of_work, since_on=partner.since_on)


def _write_past_alert(world: str, alert: Any) -> None:
    values = {
        "ref": alert.ref,
        "opened_at": alert.opened_at,
        "level": alert.level.value,
        "priority": alert.priority.value,
        "imminence": alert.imminence.value,
        "acknowledged_at": alert.acknowledged_at,
        "acknowledged_by": alert.acknowledged_by,
        "decided_at": alert.decided_at,
        "arrived_at": alert.arrived_at,
        "response_class": alert.response_class.value if alert.response_class else "",
        "timing": alert.timing.value if alert.timing else "",
        "feedback_at": alert.feedback_at,
        "closed_at": alert.closed_at,
        "truth": alert.truth,
        "policy_version": "default",
        "state": _past_state(alert),
        "told_at": alert.opened_at,
        "rung": 0,
    }
    row = write.save_past_alert(world, values, place=alert.place, incident=alert.incident)
    if alert.decision is not None:
        write_plans.decide(
            row, kind=alert.decision.value, why="", by=alert.decided_by or "unknown", at=alert.decided_at, picture={}
        )
    _write_past_history(row, alert)


def _write_past_history(row: Any, alert: Any) -> None:
    """Give a past alert the history it would have had, so that its past minutes can be shown too."""
    final = alert_state(row)
    moments = [
        ("opened", alert.opened_at, "open"),
        ("acknowledged", alert.acknowledged_at, "acked"),
        ("decided", alert.decided_at, "decided"),
        ("arrived", alert.arrived_at, "on_scene"),
        ("feedback_given", alert.feedback_at, "feedback_given"),
        ("closed", alert.closed_at, "closed"),
    ]
    later = ("acknowledged_at", "decided_at", "arrived_at", "feedback_at", "closed_at", "response_class", "timing")
    for verb, moment, state in moments:
        if moment is None:
            continue
        after = {**final, "state": state}
        after |= {name: None for name in later if _is_later(final.get(name), moment, verb)}
        record.note(SYSTEM, row.ref, verb, at=moment, after=after)


def _is_later(value: Any, moment: datetime, verb: str) -> bool:
    if value is None:
        return False
    try:
        return datetime.fromisoformat(value) > moment
    except ValueError:
        return verb not in ("feedback_given", "closed")


def _past_state(alert: Any) -> str:
    if alert.closed_at:
        return "closed"
    if alert.feedback_at:
        return "feedback_given"
    if alert.arrived_at:
        return "on_scene"
    return "decided" if alert.decided_at else "acked" if alert.acknowledged_at else "disseminated"


def _write_policy(frame: Any) -> None:
    start = frame.today - timedelta(days=3 * 365)
    base = default_policy(start)
    write_policy.put_in_force(
        replace(
            base,
            version=f"{frame.code}-1",
            interpretation=frame.policy.interpretation,
            mandate_text=frame.policy.mandate_text,
            qualifier=frame.policy.qualifier,
            effective_from=start,
            approved_by="head of mission",
            mandate_ref=frame.policy.mandate_ref,
        )
    )


def _make_accounts(frame: Any, now: datetime) -> list[NewAccount]:
    made = []
    for account in frame.accounts:
        if read_alerts.account(account.name) is not None:
            continue
        desk = Desk(
            username=account.name,
            role=account.role,
            title=account.full_name,
            sector=account.sector,
            language=account.language,
            rung=account.rung,
            on_duty=account.on_duty,
            actor=account.actor,
            contact=account.contact,
        )
        made.append(make_account(desk, now=now))
    return made


def _start(world: Any) -> datetime:
    """Return when the mission began: before anything in the world happened."""
    moments: list[datetime] = [one.start for one in world.incidents] or [world.settings.today]
    return min(moments) - timedelta(days=30)


def is_fictional() -> bool:
    """Return whether this mission is a fictional world."""
    return str(settings.MISSION.get("world", "empty")) != "empty"


def current_code(username: str, *, now: datetime) -> str | None:
    """Return the present second-factor code of an account of a fictional world, None when it has none."""
    if not is_fictional():
        raise ValueError("this mission is not fictional, expected a fictional one: real codes are never made here")
    return write.second_factor_code(username, now=now)


def check(*, now: datetime) -> dict[str, Any]:
    """Return how many records there are, and every problem of the store or the settings."""
    problems = [wording.problem(found) for found in durability.check_store()]
    problems += [wording.problem(found) for found in own_rules.read_own()[1]]
    spool = sending.spool_folder()
    if spool and not spool.is_dir():
        problems.append(wording.problem(Problem("SEC-011", "mission.toml, outgoing_spool", {"got": spool.name})))
    counts = {**places.counts(), **evidence.counts(), **{f"work_{k}": v for k, v in work_figures(now).items()}}
    return {"counts": counts, "problems": problems}
