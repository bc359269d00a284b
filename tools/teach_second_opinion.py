"""Fit the second opinion on the labelled messages, and write its weights: run it when messages are added.

    .venv/bin/python tools/teach_second_opinion.py

``held_out.jsonl`` is never learned from: it shows what the opinion is worth on what nobody has seen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from tocsin.core.evidence.reader.second_opinion import BUCKETS, FILE, RANKS, counted, words_of
from tocsin.core.reference.terms import Priority

ROOT = Path(__file__).resolve().parent.parent
MESSAGES = ROOT / "tests" / "core" / "evidence"
HELD_OUT = "held_out.jsonl"
OUT = ROOT / "src" / "tocsin" / "core" / "reference" / "data" / FILE
# How freely weights may grow; and the least weight, in steps of the finest, that is worth its room.
FREELY, LEAST_STEPS = 20.0, 2


def taught() -> dict[str, str]:
    """Return text to priority of every message that may be learned from, the thirty of Ardenya first."""
    files = [MESSAGES / "messages.jsonl", *sorted((MESSAGES / "messages").rglob("*.jsonl"))]
    found: dict[str, str] = {}
    for path in files:
        if path.name != HELD_OUT:
            found.update(_labelled(path))
    return found


def mark(messages: dict[str, str]) -> str:
    """Return a mark of what was learned from: another set of messages has another mark."""
    return hashlib.sha256(json.dumps(sorted(messages.items())).encode()).hexdigest()


def fitted(messages: dict[str, str]) -> tuple[np.ndarray, np.ndarray]:
    """Return the weights, shape (BUCKETS, 4), and what stands before any word, shape (4,)."""
    parts = [counted(words_of(text)) for text in messages]
    starts = np.cumsum([0, *(len(buckets) for buckets, _ in parts)])
    amounts, buckets = np.concatenate([held for _, held in parts]), np.concatenate([held for held, _ in parts])
    rows = csr_matrix((amounts, buckets, starts), shape=(len(parts), BUCKETS))
    model = LogisticRegression(C=FREELY, max_iter=500).fit(rows, list(messages.values()))
    order = [list(model.classes_).index(rank.value) for rank in RANKS]
    return model.coef_[order].T, model.intercept_[order]


def write(messages: dict[str, str]) -> None:
    """Write the weights that count, in steps of a 127th of the greatest."""
    weights, base = fitted(messages)
    scale = float(np.abs(weights).max() / 127)
    steps = np.round(weights / scale).astype(np.int8)
    positions = np.flatnonzero(np.abs(steps).max(axis=1) >= LEAST_STEPS).astype(np.uint16)
    np.savez_compressed(
        OUT,
        rows=BUCKETS,
        positions=positions,
        values=steps[positions],
        scale=np.float32(scale),
        base=base.astype(np.float32),
        taught=mark(messages),
    )


def _labelled(path: Path) -> Iterator[tuple[str, str]]:
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        yield row["text"], Priority(row["out"]["prio"]).value


if __name__ == "__main__":
    held = taught()
    write(held)
    print(f"{OUT.relative_to(ROOT)}: learned from {len(held)} messages, {OUT.stat().st_size // 1024} KB")
