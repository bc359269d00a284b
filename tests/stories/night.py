"""One night on Three Villages: who sends what and when, for the stories to play."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tocsin.core.reference.viewer import Viewer
from tocsin.feeds.world_folder.adapter import find_world, read_world
from tocsin.services import missions
from tocsin.services.intake import account_viewer
from tocsin.store.queries import alerts

WORLD = "three_villages"
PASSPHRASE = "a long enough phrase for tests"


def at(hour: int, minute: int, second: int = 0) -> datetime:
    """Return a moment of the night of 12 March 2027, by the clocks of the villages."""
    return datetime(2027, 3, 12, hour, minute, second, tzinfo=UTC) - timedelta(hours=1)


@dataclass(frozen=True)
class Sent:
    """One SMS of the night as the gateway hands it over."""

    when: datetime
    number: str
    text: str
    gateway_id: str


def begin() -> None:
    """Write the world with its past and its accounts; its messages are left for the story to send."""
    world = read_world(find_world(WORLD))
    missions.start_world(world, now=at(1, 0), play_messages=False)


def messages() -> list[Sent]:
    """Return the six messages of the night with the numbers they come from."""
    world = read_world(find_world(WORLD))
    contacts = {source.ref: source.contact for source in world.sources}
    sent = []
    for position, row in enumerate(world.messages):
        contact = contacts.get(row.sender or "") or row.message.contact
        number = contact.reveal(purpose="play the story") if contact else ""
        sent.append(Sent(row.message.received_at, number, row.message.text, f"night-{position}"))
    return sent


def viewer(account: str) -> Viewer:
    """Return the viewer of an account of the world."""
    found = alerts.account(account)
    assert found is not None
    return account_viewer(found)
