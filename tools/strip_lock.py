"""Take every address out of package-lock.json, so that the lock names no host.

npm leaves the download addresses out by itself (.npmrc); what is left are links to
sponsors' pages. The hashes stay, so an install is checked as before.
"""

from __future__ import annotations

import json
from pathlib import Path

LOCK = Path(__file__).resolve().parent.parent / "package-lock.json"


def main() -> None:
    """Rewrite the lock without `funding` and `resolved`."""
    lock = json.loads(LOCK.read_text("utf-8"))
    for package in lock["packages"].values():
        package.pop("funding", None)
        package.pop("resolved", None)
    LOCK.write_text(json.dumps(lock, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
