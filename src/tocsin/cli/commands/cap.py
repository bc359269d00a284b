"""``tocsin cap``: check CAP 1.2 files, and look after the keys that ours are signed with."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from tocsin.cli import doors

app = typer.Typer(add_completion=False, help="Check CAP 1.2 files, and look after the keys that ours are signed with.")
keys = typer.Typer(add_completion=False, help="The mission's own keys: one for live warnings, one for exercises.")
app.add_typer(keys, name="keys")
Mark = Annotated[str, typer.Argument(help="The beginning of the key's mark, eight signs at least.")]


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="The CAP file.")],
    trust: Annotated[
        Path | None, typer.Option(help="Certificates to trust, PEM; without it, those of the mission.")
    ] = None,
    as_of: doors.AsOfOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Tell whether a file is well formed, and three facts of its signature apart; nothing is kept."""
    if not file.is_file():
        doors.stop(f"{file}: there is no such file.", code=2)
    found = _read(file, trust, _moment(as_of))
    result = {
        "file": file.name,
        "read": found.alert is not None,
        "message": _message(found.alert) if found.alert else None,
        "signature": _facts(found.signature),
        "refused": [problem.as_json() for problem in found.refused],
        "doubts": [problem.as_json() for problem in found.doubts],
    }
    doors.show(result, as_json=as_json, lines=_checked)
    if found.alert is None:
        raise typer.Exit(1)


def _moment(text: str | None) -> datetime:
    """Return the moment of the check; it works without a mission, so a moment tells its own zone."""
    if text is None:
        return doors.now()
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        doors.stop(f"'{text}' is not a moment such as 2027-03-05T02:14+01:00.", code=2)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _read(file: Path, trust: Path | None, moment: Any) -> Any:
    if trust is None and os.environ.get("TOCSIN_MISSION"):
        doors.open_mission()
        from tocsin.services import warning_files

        with file.open("rb") as opened:
            return warning_files.check_file(opened.read(warning_files.MOST_BYTES + 1), file.name, now=moment)
    from tocsin.feeds.cap12 import adapter, signature

    try:
        anchors = signature.read_certificates(trust.read_bytes()) if trust else ()
    except (ValueError, OSError):
        doors.stop(f"{trust}: there is no certificate in PEM.", code=2)
    return adapter.read(file, as_of=moment, anchors=anchors)


@app.command("trust")
def trust_certificate(
    file: Annotated[Path, typer.Argument(help="The certificate, PEM, checked by another way before.")],
    name: Annotated[str, typer.Option(help="Whose it is.")],
    as_json: doors.JsonOption = False,
) -> None:
    """Keep a certificate as one that the mission trusts."""
    doors.open_mission()
    from tocsin.services import warning_files

    with doors.refusals_told("command:cap"):
        mark = warning_files.trust(doors.viewer_of(None), name, _text_of(file), now=doors.now())
    doors.show({"trusted": name, "mark": mark}, as_json=as_json, lines=_pairs)


@keys.command("new")
def new_key(
    purpose: Annotated[str, typer.Option(help="live or exercise: an exercise is signed with a key of its own.")],
    as_json: doors.JsonOption = False,
) -> None:
    """Make a key; its private half is sealed at once and shown to nobody. The newest of a purpose is used."""
    doors.open_mission()
    from tocsin.services import warning_files

    with doors.refusals_told("command:cap"):
        row = warning_files.make_key(doors.viewer_of(None), purpose=purpose, now=doors.now())
    doors.show(_key(row) | {"certificate": row.certificate}, as_json=as_json, lines=_pairs)


@keys.command("list")
def list_keys(as_json: doors.JsonOption = False) -> None:
    """List the keys, those retired too."""
    doors.open_mission()
    from tocsin.store.queries.warnings import keys as read

    found = [_key(row) for row in read(doors.viewer_of(None))]
    doors.show(found, as_json=as_json, lines=_keys)


@keys.command()
def request(mark: Mark) -> None:
    """Print the request by which an authority certifies a key."""
    typer.echo(_key_row(mark).request)


@keys.command()
def certificate(mark: Mark) -> None:
    """Print the certificate that others check our files by."""
    typer.echo(_key_row(mark).certificate)


@keys.command()
def certify(
    mark: Mark,
    file: Annotated[Path, typer.Argument(help="The certificate that the authority issued, PEM.")],
    as_json: doors.JsonOption = False,
) -> None:
    """Put a certificate that an authority issued in the place of our own."""
    doors.open_mission()
    from tocsin.services import warning_files

    with doors.refusals_told("command:cap"):
        row = warning_files.certify_key(doors.viewer_of(None), mark, _text_of(file), now=doors.now())
    doors.show(_key(row), as_json=as_json, lines=_pairs)


@keys.command()
def retire(mark: Mark, as_json: doors.JsonOption = False) -> None:
    """End a key and destroy its private half; what it signed stays signed."""
    doors.open_mission()
    from tocsin.services import warning_files

    with doors.refusals_told("command:cap"):
        row = warning_files.retire_key(doors.viewer_of(None), mark, now=doors.now())
    doors.show(_key(row), as_json=as_json, lines=_pairs)


def _key_row(mark: str) -> Any:
    doors.open_mission()
    from tocsin.store.queries.warnings import key_by_mark

    row = key_by_mark(mark)
    if row is None:
        doors.stop("There is no key in use with this mark.", code=1)
    return row


def _text_of(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        doors.stop(f"{file}: this file cannot be read as text.", code=2)


def _key(row: Any) -> dict[str, Any]:
    return {
        "mark": row.fingerprint,
        "purpose": row.purpose,
        "from": row.not_before.isoformat(),
        "until": row.not_after.isoformat(),
        "made_by": row.made_by,
        "retired_at": row.retired_at.isoformat() if row.retired_at else None,
    }


def _message(alert: Any) -> dict[str, Any]:
    return {
        "identifier": alert.identifier,
        "sender": alert.sender,
        "sent": alert.sent_at.isoformat(),
        "status": alert.status.value,
        "kind": alert.kind.value,
        "scope": alert.scope.value,
        "languages": [info.language for info in alert.infos],
        "areas": sum(len(info.areas) for info in alert.infos),
        "polygons": sum(len(area.rings) for info in alert.infos for area in info.areas),
        "corners": sum(len(ring) for info in alert.infos for area in info.areas for ring in area.rings),
        "expires": alert.expires_at.isoformat() if alert.expires_at else None,
    }


def _facts(facts: Any) -> dict[str, Any]:
    return {
        "signature": facts.signature.value,
        "altered_part": facts.why or None,
        "read_as": facts.read_as or None,
        "certificate_when_sent": facts.at_signing.value,
        "certificate_now": facts.at_reading.value,
        "signer": facts.anchor.value,
        "subject": facts.subject or None,
        "mark": facts.fingerprint or None,
    }


def _checked(result: dict[str, Any]) -> Iterator[str]:
    from tocsin.core.reference import wording
    from tocsin.core.reference.results import Problem

    yield f"{result['file']}: {'read' if result['read'] else 'REFUSED'}"
    facts = result["signature"]
    yield f"  1 intact?       {wording.label('term.signature_fact.' + facts['signature'])}"
    yield f"  2 certificate   when sent: {wording.label('term.period_fact.' + facts['certificate_when_sent'])}"
    yield f"                  now: {wording.label('term.period_fact.' + facts['certificate_now'])}"
    yield f"  3 signer        {wording.label('term.anchor_fact.' + facts['signer'])}"
    if result["message"]:
        said = result["message"]
        yield f"  {said['kind']} {said['status']} from {said['sender']}, {said['polygons']} polygons, {said['corners']} corners"
    for found in [*result["refused"], *result["doubts"]]:
        yield "  " + wording.problem(Problem(found["code"], found["where"], found["facts"]))


def _pairs(result: dict[str, Any]) -> Iterator[str]:
    for name, value in result.items():
        yield f"{name}: {'' if value is None else value}"


def _keys(found: list[dict[str, Any]]) -> Iterator[str]:
    for one in found:
        state = f"retired {one['retired_at']}" if one["retired_at"] else f"until {one['until']}"
        yield f"{one['mark'][:16]}  {one['purpose']:9} {state}"
