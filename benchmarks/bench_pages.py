"""The duty desk and the page of a place over a store that many years have filled."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path

from benchmarks.messages import example_texts
from benchmarks.mission import fresh_store
from benchmarks.rows import Row
from benchmarks.timing import in_turns, median, p95
from tocsin.core.reference.terms import Role
from tocsin.services import matrix, missions
from tocsin.store.convert.evidence import day_number
from tocsin.store.models import Account, Alert, AlertReport, Base, Incident, Message, Place, Report, Source

YEARS = 10
EVENTS = (["ATK"], ["ATK", "KIL"], ["CLS"], ["MOB"], ["LOO"], ["ABD"])
TINY = {"incidents": 300, "reports": 20, "places": 5, "rounds": 2}
urlpatterns = [
    path("nothing/", login_not_required(lambda request: HttpResponse("nothing"))),
    path("", include("tocsin.web.urls")),
]


def run(data: Path, *, incidents: int = 300_000, reports: int = 2_000, places: int = 64, rounds: int = 25) -> list[Row]:
    """Return how long the server takes over the pages of the desk, beside a page that says nothing."""
    path_of_store = fresh_store()
    now = datetime.now(UTC)
    spots = _fill(now, incidents=incidents, reports=reports, places=places)
    settings.ROOT_URLCONF, before = __name__, settings.ROOT_URLCONF
    try:
        desk = _sign_in(now)
        turn = iter(range(10**9))
        report = Report.objects.order_by("-pk").first()
        addresses: dict[str, Callable[[], str]] = {
            "a page that says nothing": lambda: "/nothing/",
            "duty queue": lambda: "/",
            "duty queue, page 20": lambda: "/?page=20",
            "place": lambda: f"/places/{spots[next(turn) % len(spots)].ref}/",
            "one report": lambda: f"/reports/{report.ref if report else ''}/",
            "matrix": lambda: "/matrix/",
        }
        for address in addresses.values():
            _open(desk, address())  # templates are compiled once in a process
        works = {name: lambda a=address: _open(desk, a()) for name, address in addresses.items()}
        taken = in_turns(works, rounds=rounds)
        cold = {
            f"{name}, nothing kept": lambda a=addresses[name]: _open_cold(desk, a()) for name in ("place", "matrix")
        }
        taken |= in_turns(cold, rounds=max(rounds // 5, 1))
    finally:
        settings.ROOT_URLCONF = before
    note = (
        f"{incidents:,} incidents, {reports:,} reports, {places} places, {path_of_store.stat().st_size / 1e6:,.0f} MB"
    )
    return list(_rows(taken, note))


def _rows(taken: dict[str, list[float]], note: str) -> Iterator[Row]:
    wanted = {"duty queue": 300, "place": 500}
    nothing = median(taken["a page that says nothing"])
    for name, took in taken.items():
        middle, most = 1000 * median(took), wanted.get(name)
        bound, holds = (f"<= {most}", middle <= most) if most else ("", None)
        yield Row(f"{name}, median", middle, "ms", bound, holds, note)
        yield Row(f"{name}, 95 of 100 below", 1000 * p95(took), "ms")
        note = ""
    for name in ("duty queue", "place"):
        yield Row(f"ratio: {name} / a page that says nothing", median(taken[name]) / nothing, "x")


def _open(client: Client, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise AssertionError(f"{address} answered {answer.status_code}")
    answer.content  # noqa: B018  (drawn by now)


def _open_cold(client: Client, address: str) -> None:
    """Open a page as the first to look after something was written: what is held is worked out anew."""
    matrix.forget()
    _open(client, address)


def _sign_in(now: datetime) -> Client:
    missions.make_account(missions.Desk(username="lead", title="Lead", role=Role.PROTECTION_LEAD, rung=1), now=now)
    client = Client(headers={"host": "localhost"})
    client.force_login(Account.objects.get(username="lead"))
    session = client.session
    session["account_authentication_methods"] = [{"method": "password"}, {"method": "mfa", "type": "totp"}]
    session.save()
    return client


def _fill(now: datetime, *, incidents: int, reports: int, places: int) -> list[Place]:
    """Write an invented country, the same for every run: seed 7."""
    luck = random.Random(7)  # noqa: S311  (a sample, not a secret)
    with transaction.atomic():
        spots = _places(luck, places)
        for first in range(0, incidents, 10_000):
            many = min(10_000, incidents - first)
            Incident.objects.bulk_create((_incident(luck, spots, now) for _ in range(many)), batch_size=700)
        _reports(luck, spots, now, reports)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return spots


def _places(luck: random.Random, size: int) -> list[Place]:
    Place.objects.bulk_create(
        Place(
            ref=f"P-{number:04d}", name=f"Village {number}", folded_name=f"village {number}", kind="village",
            lat=luck.uniform(0, 3), lon=luck.uniform(27, 30), sector=f"S{number % 4}", people=luck.randint(200, 20_000),
        )
        for number in range(size)
    )  # fmt: skip
    spots = list(Place.objects.order_by("ref"))
    Base.objects.bulk_create(
        Base(
            ref=f"B-{number}",
            name=place.name,
            kind="cob",
            place=place,
            lat=place.lat,
            lon=place.lon,
            sector=place.sector,
        )
        for number, place in enumerate(spots[:: max(len(spots) // 8, 1)])
    )
    return spots


def _incident(luck: random.Random, spots: list[Place], now: datetime) -> Incident:
    place, at = luck.choice(spots), now - timedelta(days=luck.uniform(0.1, YEARS * 365))
    killed = luck.choice((None, 0, 0, 1, 2, 7))
    return Incident(
        events=luck.choice(EVENTS), place=place, lat=place.lat + luck.uniform(-0.1, 0.1), lon=place.lon + luck.uniform(-0.1, 0.1),
        started_at=at, started_day=day_number(at), known_at=at, recorded_at=at, actor="Red Sashes", actor_type="militia",
        deaths_least=killed, deaths_most=killed, state="validated", sector=place.sector, grade="B2", sources_count=2,
    )  # fmt: skip


def _reports(luck: random.Random, spots: list[Place], now: datetime, size: int) -> None:
    texts = example_texts()
    sources = Source.objects.bulk_create(Source(ref=f"S-{n:05d}", handle=f"{n:064d}") for n in range(max(size // 4, 1)))
    moments = [now - timedelta(minutes=luck.uniform(1, 60 * 24 * 14)) for _ in range(size)]
    messages = Message.objects.bulk_create(
        Message(
            dedupe_key=f"{number:064d}", channel="sms", source=luck.choice(sources), text=texts[number % len(texts)],
            received_at=at, recorded_at=at,
        )
        for number, at in enumerate(moments)
    )  # fmt: skip
    made = Report.objects.bulk_create(_report(luck, message, luck.choice(spots)) for message in messages)
    for report in made[: max(size // 100, 1)]:
        alert = Alert.objects.create(
            opened_at=report.received_at, told_at=report.received_at, level="red", priority="P1", imminence="ongoing",
            state="disseminated", place=report.place, lat=report.lat, lon=report.lon, events=report.events,
            policy_version="default",
        )  # fmt: skip
        AlertReport.objects.create(alert=alert, report=report, joined_at=report.received_at)


def _report(luck: random.Random, message: Any, place: Place) -> Report:
    return Report(
        message=message, source=message.source, kind="incident", events=luck.choice(EVENTS), imminence="ongoing",
        priority=luck.choice(("P1", "P2", "P3", "P4")), language="fr", place=place, lat=place.lat, lon=place.lon,
        place_text=place.name, sensitivity="high", state="received", sector=place.sector, received_at=message.received_at,
        grade_source="C", grade_content=3, because=[{"code": "place.by_name", "facts": {}, "evidence": []}],
    )  # fmt: skip
