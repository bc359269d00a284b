"""``tocsin gateway``: register a gateway that carries messages in, out, or both."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli import doors

app = typer.Typer(add_completion=False)


@app.command()
def gateway(
    name: Annotated[str, typer.Argument(help="A short name, letters, digits and dashes.")],
    channel: Annotated[str, typer.Option(help="Whose payloads it sends: sms_http, twilio, whatsapp…")] = "sms_http",
    secret_in: Annotated[
        Path | None, typer.Option(help="A file with the secret the provider gave; otherwise one is drawn.")
    ] = None,
    token_in: Annotated[
        Path | None, typer.Option(help="A file with what the provider asks of us when we send by it.")
    ] = None,
    option: Annotated[
        list[str] | None, typer.Option(help="A setting of the channel, as name=value; may be given several times.")
    ] = None,
    rank: Annotated[int, typer.Option(help="The lowest is tried first when something leaves.", min=1, max=99)] = 10,
    as_json: doors.JsonOption = False,
) -> None:
    """Register a gateway, or replace it, and print what its provider must be told, once."""
    doors.open_mission()
    from tocsin.core.reference import wording
    from tocsin.core.reference.results import Hidden
    from tocsin.services import gateways
    from tocsin.services.refusals import Refusal

    if channel not in gateways.KINDS:
        doors.stop(f"--channel {channel} is no gateway. Use one of: {', '.join(gateways.KINDS)}.", code=2)
    options = dict(pair.partition("=")[::2] for pair in option or [])
    given, token = _secret(secret_in), _secret(token_in)
    try:
        secret = gateways.make_gateway(
            name,
            channel=channel,
            now=doors.now(),
            secret=Hidden(given) if given else None,
            outbound=Hidden(token) if token else None,
            options=options,
            rank=rank,
        )
    except Refusal as refusal:
        doors.stop("; ".join(wording.reason(one) for one in refusal.reasons), code=2)
    shown = {"gateway": name, "channel": channel, **gateways.facts_of(name, channel=channel, secret=Hidden(secret))}
    if not given:
        shown["secret"] = secret
    missing = gateways.missing_options(channel, options)
    if missing:
        shown["cannot_send_without"] = ", ".join(missing)
    doors.show(shown, as_json=as_json, lines=lambda one: iter([f"{key}: {value}" for key, value in one.items()]))


def _secret(file: Path | None) -> str:
    """Return what stands in a file: a secret on the command line stays in the shell's history."""
    if file is None:
        return ""
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        doors.stop(f"{file.name} cannot be read. Give a file with one line of text.", code=2)
