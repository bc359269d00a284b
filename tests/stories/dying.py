"""A worker, and a door, that kill themselves with SIGKILL at a named point. Run as a program by the tests.

Usage: python -m tests.stories.dying work|receive POINT MOMENT [TEXT]

Points of work: VERB:before (claimed, nothing done), VERB:effect (done, not committed),
VERB:after (committed). Points of receive: before, stored (not committed), after (committed, not answered).
POINT none runs to the end.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.settings")


def die() -> None:
    """Stop at once, as a power cut of the process would."""
    os.kill(os.getpid(), signal.SIGKILL)


def work(point: str, moment: datetime) -> None:
    """Drain what is due at the moment, dying at the point."""
    from tocsin.services import work as desk
    from tocsin.store.writes import record

    verb, _, place = point.partition(":")
    stage, finish = desk.STAGES.get(verb), record.finish
    if place == "before":
        desk.STAGES[verb] = lambda subject, now: die()
    if place == "effect":
        desk.STAGES[verb] = lambda subject, now: (stage(subject, now), die())
    desk.drain(f"dying:{os.getpid()}", now=moment) if place != "after" else _drain_until(verb, moment, desk)
    assert finish is record.finish


def _drain_until(verb: str, moment: datetime, desk: object) -> None:
    stage, reached = desk.STAGES[verb], []
    desk.STAGES[verb] = lambda subject, now: (stage(subject, now), reached.append(subject))
    while desk.do_next(f"dying:{os.getpid()}", now=moment):
        if reached:
            die()


def receive(point: str, moment: datetime, text: str) -> None:
    """Take one message in, dying at the point."""
    from tocsin.core.evidence.types import Message
    from tocsin.core.reference.results import Hidden
    from tocsin.core.reference.terms import Channel
    from tocsin.services import intake
    from tocsin.store.writes import record

    enqueue = record.enqueue
    if point == "before":
        die()
    if point == "stored":
        record.enqueue = lambda *words, **named: (enqueue(*words, **named), die())
    message = Message(Channel.SMS, text, moment, contact=Hidden("+999 000 0101"), vendor_id="kill-1")
    receipt = intake.receive(message, now=moment)
    if point == "after":
        die()
    sys.stdout.write(receipt.ref + "\n")


def main() -> None:
    """Set up on the mission that the environment names, and run."""
    import django

    django.setup()
    what, point, moment, *text = sys.argv[1:]
    if what == "work":
        work(point, datetime.fromisoformat(moment))
    else:
        receive(point, datetime.fromisoformat(moment), text[0])


if __name__ == "__main__":
    main()
