"""Writes the files of a world the same way every time: UTF-8, one line feed, columns in order."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml


def cell(value: Any) -> str:
    """Return one cell; None is an empty cell, which means unknown."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return "|".join(cell(part) for part in value)
    return str(value)


def write_table(folder: Path, file: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows as CSV; the columns are those of the first row."""
    rows = list(rows)
    page = io.StringIO(newline="")
    writer = csv.DictWriter(page, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({column: cell(value) for column, value in row.items()} for row in rows)
    (folder / file).write_bytes(page.getvalue().encode())


def write_lines(folder: Path, file: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write one JSON object per line."""
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (folder / file).write_bytes(text.encode())


class _Quoting(yaml.SafeDumper):
    """Quotes what some reader of YAML may take for a number or a time, such as +01:00."""


_Quoting.add_representer(
    str,
    lambda dumper, text: dumper.represent_scalar(
        "tag:yaml.org,2002:str", text, style='"' if text[:1] in "+-0123456789" else None
    ),
)


def write_page(folder: Path, file: str, page: Mapping[str, Any]) -> None:
    """Write one mapping as YAML, its keys in the order given."""
    text = yaml.dump(page, Dumper=_Quoting, allow_unicode=True, sort_keys=False, width=110)
    (folder / file).write_bytes(text.encode())


def to_five_minutes(moment: datetime) -> datetime:
    """Return the moment as people tell it, to five minutes."""
    whole = moment.replace(second=0, microsecond=0)
    return whole - timedelta(minutes=whole.minute % 5)
