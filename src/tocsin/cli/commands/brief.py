"""``tocsin brief``: write a brief as PDF or DOCX."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli import doors

app = typer.Typer(add_completion=False)


@app.command()
def brief(
    kind: Annotated[str, typer.Argument(help="weekly-matrix, flash-alert, gap-statement or response-note.")],
    out: Annotated[Path, typer.Option("--out", help="The file to write; its ending decides: .pdf or .docx.")],
    as_of: doors.AsOfOption = None,
    language: Annotated[str, typer.Option(help="en, fr or ar.")] = "en",
    alert: Annotated[str, typer.Option(help="The alert (flash-alert).")] = "",
    within_hours: Annotated[float, typer.Option("--within-hours", help="The limit of reach, in hours.")] = 2.0,
    public: Annotated[bool, typer.Option("--public", help="Counts per province only (gap-statement).")] = False,
    as_account: doors.AsOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Write a brief as PDF or DOCX, in English, French or Arabic."""
    form = out.suffix.lstrip(".").lower()
    if form not in ("pdf", "docx"):
        doors.stop(f"{out}: the ending must be .pdf or .docx.", code=2)
    if language not in ("en", "fr", "ar"):
        doors.stop(f"'{language}' is no language of the briefs: en, fr or ar.", code=2)
    doors.open_mission()
    from tocsin.services import sharing

    if kind.replace("-", "_") not in sharing.kinds():
        shown = ", ".join(name.replace("_", "-") for name in sharing.kinds())
        doors.stop(f"There is no brief '{kind}'. There are: {shown}.", code=2)
    order = sharing.Order(
        kind=kind.replace("-", "_"),
        language=language,
        form=form,
        as_of=doors.moment(as_of),
        alert=alert,
        within_h=within_hours,
        is_public=public,
    )
    with doors.refusals_told("command:brief"):
        content = sharing.brief(doors.viewer_of(as_account), order, now=doors.now())
    out.write_bytes(content)
    doors.show(
        {"brief": kind, "file": str(out), "bytes": len(content)},
        as_json=as_json,
        lines=lambda one: iter([f"{one['file']}: {one['bytes']:,} bytes"]),
    )
