"""Set the stage for the tests in a browser: something on every page, and everybody's key to the door.

Run in a process of its own on the mission that is served, ``python -m tests.web.stage``; it prints JSON.
Everything is written through the pages, as people would write it.
"""

from __future__ import annotations

import json
import re
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

WHO = ("duty", "lead", "analyst", "admin", "custodian")


def enter(account: str) -> Client:
    """Return a client whose holder has signed in with both factors."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(get_user_model().objects.get(username=account))
    session = client.session
    session["account_authentication_methods"] = [{"method": "password"}, {"method": "mfa", "type": "totp"}]
    session.save()
    return client


def words_of(answer: HttpResponse) -> str:
    """Return what a page says, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"(?s)<(script|style).*?</\1>|<[^>]+>", " ", answer.content.decode()))


def write(client: Client, path: str, given: dict[str, Any]) -> str:
    """Return where a form led; a form that was not taken stops the stage being set."""
    answer = client.post(path, given)
    assert answer.status_code == 302, f"{path}: {answer.status_code}: {words_of(answer)}"
    return str(answer["Location"])


def release(client: Client, draft: str) -> None:
    """Release a warning as somebody who has its page open: the form carries the mark of what was read."""
    seen = re.search(r'name="seen" value="(\w+)"', client.get(draft).content.decode())
    assert seen is not None, f"{draft}: nothing to release"
    write(client, f"{draft}release/", {"seen": seen[1]})


def warning(headline: str) -> dict[str, Any]:
    """Return what the form of a warning sends."""
    ends = datetime.now(UTC) + timedelta(hours=8)
    return {
        "alert": "", "event": "ATK", "urgency": "Immediate", "severity": "Severe", "certainty": "Likely",
        "reach": "public", "places": ["P-0003"], "area": "around", "languages": ["fr", "ar", "oro"],
        "headline-fr": headline, "what-fr": "Une attaque est attendue.", "do-fr": "Quittez la route.",
        "headline-ar": "هجوم متوقع", "what-ar": "هجوم متوقع قرب القرية.", "do-ar": "ابتعدوا عن الطريق.",
        "headline-oro": "Malka", "what-oro": "Oro tesh malka.", "do-oro": "Tesh oro.",
        "promises_help": "no", "tells_of_troops": "no", "tells_who_reported": "no",
        "expires_at": ends.isoformat(timespec="minutes"), "do": "keep",
    }  # fmt: skip


def do_what_waits() -> None:
    """Do what other tests left behind, so that the newest report is the newest call."""
    from tocsin.services import work

    while work.do_some("stage", now=datetime.now(UTC), verbs=work.at_home()):
        pass


def set_out(clients: dict[str, Client]) -> dict[str, str]:
    """Return where things lie that were written for the tests."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from tocsin.core.reference.terms import Role
    from tocsin.core.reference.viewer import Viewer
    from tocsin.services import gateways, warning_files
    from tocsin.store.models import Alert, CommunityWarning, Report, WordProposal

    duty, lead, now = clients["duty"], clients["lead"], datetime.now(UTC)
    warning_files.make_key(Viewer("admin", Role.ADMINISTRATOR), purpose="exercise", now=now)
    gateways.make_gateway("north", channel="twilio", now=now)
    WordProposal.objects.create(
        report=Report.objects.get(pk=1), language="fr", field="events", words="", read_as="", corrected_to="ATK",
        proposed_by="duty", proposed_at=now,
    )  # fmt: skip
    released = write(duty, "/warnings/new/", warning("Attaque : Malka"))
    release(lead, released)
    file = CommunityWarning.objects.latest("pk").cap.encode()
    found = {
        "released": released,
        "draft": write(duty, "/warnings/new/", warning("Attaque : Oru")),
        "draft_to_release": write(duty, "/warnings/new/", warning("Attaque : Tesh")),
        "incoming": write(duty, "/warnings/files/", {"file": SimpleUploadedFile("a.xml", file)}),
        "handover": write(duty, "/handover/", {}),
        "version": write(lead, "/policy/draft/", {"version": "S-9"}),
        "version_to_consult_on": write(lead, "/policy/draft/", {"version": "S-10"}),
        "authorities": write(lead, "/networks/new/", {"name": "Powers", "kind": "authorities", "sector": "west"}),
        "drill": write(lead, "/networks/N-000001/drill/", {"text": "Where do you go?"}),
    }
    write(lead, f"{found['drill']}end/", {})
    call = {"place": "Malka", "what": "Ils brûlent", "callback_ok": "yes", "language": "sw", "call_id": "c-1"}
    write(duty, "/hotline/", call)
    do_what_waits()
    alerts = set(Alert.objects.values_list("pk", flat=True))
    # Of another kind than all that is told elsewhere, so that its alert is nobody else's.
    mine = {"place": "Oru", "what": "Une mine trouvée au champ", "language": "fr", "call_id": "c-2"}
    write(duty, "/hotline/", mine)
    do_what_waits()
    write(duty, f"/reports/{Report.objects.latest('pk').ref}/alert/", {"why": "Somebody must look."})
    made = Alert.objects.exclude(pk__in=alerts).get()
    assert made.acknowledged_at is None
    found["alert"] = f"/alerts/{made.ref}/"
    hours = {"starts_at": f"{now:%Y-%m-%dT%H:%M}", "ends_at": f"{now + timedelta(hours=8):%Y-%m-%dT%H:%M}"}
    write(lead, "/duty/enter/", {"account": "duty", **hours})
    return found


def main() -> None:
    """Lay everything out, and print where it lies and who may enter."""
    import django

    django.setup()
    clients = {account: enter(account) for account in WHO}
    keys = {account: client.session.session_key for account, client in clients.items()}
    sys.stdout.write(json.dumps({"keys": keys, "at": set_out(clients)}) + "\n")


if __name__ == "__main__":
    main()
