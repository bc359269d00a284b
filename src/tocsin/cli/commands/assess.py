"""``tocsin assess``: the protection matrix at a moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from tocsin.cli import doors

app = typer.Typer(add_completion=False)


@app.command()
def assess(
    as_of: doors.AsOfOption = None,
    keep: Annotated[bool, typer.Option("--keep", help="Write the matrix down with what it rested on.")] = False,
    as_account: doors.AsOption = None,
    as_json: doors.JsonOption = False,
) -> None:
    """Print the protection matrix as it stood, or would have stood, at a moment."""
    doors.open_mission()
    from tocsin.services import assessment

    moment = doors.moment(as_of)
    with doors.refusals_told("command:assess"):
        found = assessment.assess(doors.viewer_of(as_account), as_of=moment, now=doors.now(), keep=keep)
    result = {
        "as_of": found.as_of.isoformat(),
        "policy_version": found.policy_version,
        "rules_digest": found.rules_digest,
        "counts": dict(Counter(line.category.value for line in found.lines)),
        "lines": [line.as_json() for line in found.lines],
    }
    doors.show(result, as_json=as_json, lines=_lines)


def _lines(result: dict[str, Any]) -> Iterator[str]:
    counts = result["counts"]
    yield f"As of {result['as_of']} by policy {result['policy_version']}, rules {result['rules_digest']}"
    yield "  ".join(f"{name.upper()} {counts.get(name, 0)}" for name in ("must", "should", "could", "watch"))
    for line in result["lines"]:
        if line["category"] != "watch":
            risk = "unknown" if line["risk"] is None else f"{line['risk']:.2f}"
            people = "people unknown" if line["people"] is None else f"{line['people']:,} people"
            yield f"{line['category'].upper():7} risk {risk:>7}  {line['imminence']:9}  {line['name']}  ({people})"
    if counts.get("watch"):
        yield f"{counts['watch']} places on WATCH: nothing is known of them lately. Unknown is not safe."
