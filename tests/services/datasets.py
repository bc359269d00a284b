"""Two small releases of an event dataset, and how a test brings a file in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.store import rows
from tocsin.core.reference.terms import Role
from tocsin.services import loading

ANALYST = rows.viewer(Role.ANALYST)
GED = (
    "id,country,latitude,longitude,type_of_violence,best,date_start,date_end,where_prec,low,high,"
    "side_a,side_b,where_coordinates,adm_1,event_clarity"
)
FIRST = """\
1,Ardenya,4.2500,18.5000,3,3,2017-03-01,2017-03-02,1,2,5,Front,Civilians,Nyaroko,Highland,1
2,Ardenya,4.9000,18.9000,1,7,2017-03-04,2017-03-04,2,7,7,Government of Ardenya,Front,Tesh,Highland,1
3,Ardenya,4.9100,18.9000,2,1,2017-03-05,2017-03-05,2,1,1,Front,Sashes,near Tesh,Highland,1
"""
LATER = """\
1,Ardenya,4.2500,18.5000,3,9,2017-03-01,2017-03-02,1,8,11,Front,Civilians,Nyaroko,Highland,1
2,Ardenya,4.9000,18.9000,1,7,2017-03-04,2017-03-04,2,7,7,Government of Ardenya,Front,Tesh,Highland,2
3,Ardenya,4.9100,18.9000,2,1,2017-03-05,2017-03-05,2,1,1,Front,Sashes,near Tesh,Highland,1
4,Ardenya,5.5000,19.5000,3,2,2017-04-01,2017-04-01,1,2,2,Front,Civilians,Malka,Plain,1
"""


def ged(folder: Path, name: str, body: str) -> Path:
    path = folder / name
    path.write_text(f"{GED}\n{body}", "utf-8")
    return path


def bring_in(path: Path, feed: str = "ucdp_ged", *, after: float = 0, **given: Any) -> dict[str, Any]:
    """Load a file some minutes into the night; return what was told, without the list of problems."""
    asked = {"dry_run": given.pop("dry_run", False), "progress": given.pop("progress", lambda rows: None)}
    return loading.load(ANALYST, feed, path, now=rows.NIGHT + rows.minutes(after), options=given, **asked)


def counts(told: dict[str, Any]) -> tuple[int, int, int, int]:
    return told["rows"], told["added"], told["revised"], told["unchanged"]
