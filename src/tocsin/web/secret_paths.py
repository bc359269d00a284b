"""Keep the secrets that stand in an address out of the log: those of gateways and of followed warnings."""

from __future__ import annotations

import logging
import re
from typing import Final

_SECRET: Final = re.compile(r"(/in/[^/]*/|/feeds/warnings/).+", re.DOTALL | re.IGNORECASE)


class NoSecretPaths(logging.Filter):
    """Cut an address behind the gateway's name, or where the token of a follower begins."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Cut the line, and let it pass."""
        line = record.getMessage()
        if _SECRET.search(line):
            record.msg, record.args = _SECRET.sub(r"\1…", line), ()
        return True
