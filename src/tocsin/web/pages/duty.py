"""The rota: who has the watch now and in which languages, the week, where nobody has it, and handing over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import Priority
from tocsin.services import rota, viewing
from tocsin.services.refusals import Refusal
from tocsin.store.queries import duty
from tocsin.web import gate, posted
from tocsin.web.clock import mission_zone

DAYS: Final = 7


def week(request: Any) -> HttpResponse:
    """Show the watch of now and of one week."""
    return _page(request)


@require_POST
def act(request: Any, verb: str) -> HttpResponse:
    """Write in the rota; what cannot stand is refused beside the form, with what was typed."""
    deed = DEEDS.get(verb)
    if deed is None:
        return redirect("duty")
    try:
        deed(request)
    except Refusal as refusal:
        return _page(request, refused=verb, reasons=refusal.reasons, status=422)
    return redirect("duty")


def _page(request: Any, *, refused: str = "", reasons: tuple[Because, ...] = (), status: int = 200) -> HttpResponse:
    viewer, now = request.viewer, request.now
    gate.require(viewer, "read", "rota")
    start = _first_day(request.GET.get("week", ""), now)
    since, until = _midnight(start), _midnight(start + timedelta(days=DAYS))
    on_duty = duty.on_duty(now)
    keepers = duty.keepers(viewer)
    shown = {
        "on_duty": on_duty,
        "spoken": sorted({language for one in on_duty for language in one.speaks}),
        "away": [name for name, watch in duty.watches_at(now).items() if watch.is_away],
        "days": [start + timedelta(days=number) for number in range(DAYS)],
        "today": now.astimezone(mission_zone()).date(),
        "rows": _rows(keepers, start, duty.shifts_between(since, until)),
        "holes": rota.holes(viewer, since=max(since, now), until=until) if until > now else (),
        "keepers": keepers,
        "priorities": list(Priority),
        "sectors": duty.sectors(),
        "before": start - timedelta(days=DAYS),
        "after": start + timedelta(days=DAYS),
        "may_change": viewing.may(viewer, "change", "rota"),
        "refused": refused,
        "reasons": reasons,
        "typed": request.POST if refused else {},
        "starts_proposed": _field(now + timedelta(hours=1)),
        "ends_proposed": _field(now + timedelta(hours=9)),
    }
    return render(request, "duty/week.html", shown, status=status)


def _rows(keepers: list[Any], start: date, shifts: tuple[Any, ...]) -> list[dict[str, Any]]:
    """Return for each account what it has on each day of the week, with the hours of that day."""
    days = [(_midnight(start + timedelta(days=n)), _midnight(start + timedelta(days=n + 1))) for n in range(DAYS)]
    return [{"account": one, "days": [_of_day(one.username, a, b, shifts) for a, b in days]} for one in keepers]


def _of_day(account: str, begins: datetime, ends: datetime, shifts: tuple[Any, ...]) -> list[tuple[Any, str]]:
    mine = [one for one in shifts if one.account == account and one.starts_at < ends and one.ends_at > begins]
    return [(one, f"{_hour(max(one.starts_at, begins))}–{_hour(one.ends_at, last=ends)}") for one in mine]


def _hour(moment: datetime, *, last: datetime | None = None) -> str:
    """Return the hour of the mission's clock; what ends with the day ends at 24:00."""
    if last is not None and moment >= last:
        return "24:00"
    return f"{moment.astimezone(mission_zone()):%H:%M}"


def _first_day(text: str, now: datetime) -> date:
    """Return the day asked for, today where nothing readable is: who has the watch is asked from now on."""
    today = now.astimezone(mission_zone()).date()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return day if 2000 <= day.year <= 2100 else today


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), mission_zone()).astimezone(UTC)


def _field(moment: datetime) -> str:
    return f"{moment.astimezone(mission_zone()):%Y-%m-%dT%H:00}"


def _number(request: Any) -> int:
    given = posted.text(request, "shift")
    return int(given) if given.isdecimal() and len(given) < 12 else 0


def _enter(request: Any) -> None:
    rota.enter(
        request.viewer,
        posted.text(request, "account")[:40],
        starts_at=posted.moment(request, "starts_at"),
        ends_at=posted.moment(request, "ends_at"),
        now=request.now,
        sector=posted.text(request, "sector")[:20],
        is_absence=request.POST.get("is_absence") == "yes",
    )


def _hand_over(request: Any) -> None:
    rota.hand_over(request.viewer, _number(request), to=posted.text(request, "to")[:40], now=request.now)


def _take_out(request: Any) -> None:
    rota.take_out(request.viewer, _number(request), now=request.now)


def _deputy(request: Any) -> None:
    account, deputy = posted.text(request, "account")[:40], posted.text(request, "deputy")[:40]
    rota.set_deputy(request.viewer, account, deputy=deputy, now=request.now)


def _habits(request: Any) -> None:
    rota.set_habits(
        request.viewer,
        posted.text(request, "account")[:40],
        quiet_from=_time(request, "quiet_from"),
        quiet_until=_time(request, "quiet_until"),
        wakes_for=posted.choice(request, "wakes_for", Priority),
        speaks=posted.text(request, "speaks").replace(",", " ").split(),
        now=request.now,
    )


def _time(request: Any, name: str) -> time | None:
    given = posted.text(request, name)
    try:
        return time.fromisoformat(given) if given else None
    except ValueError:
        raise Refusal(Because("form.time_not_readable", {"field": name})) from None


DEEDS: Final[dict[str, Callable[[Any], None]]] = {
    "enter": _enter,
    "hand-over": _hand_over,
    "take-out": _take_out,
    "deputy": _deputy,
    "habits": _habits,
}
urlpatterns = [path("duty/", week, name="duty"), path("duty/<slug:verb>/", act, name="duty_act")]
