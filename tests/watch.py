"""Watch a browser: what it asks of other machines, and what its scripts trip over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Route

AXE = Path(__file__).resolve().parent.parent / "node_modules" / "axe-core" / "axe.min.js"
HERE = ("http://127.0.0.1:", "http://localhost:", "data:", "blob:")


def watch(context: BrowserContext) -> list[str]:
    """Return a list that fills with complaints while the pages of `context` are used."""
    complaints: list[str] = []

    def only_here(route: Route) -> None:
        if route.request.url.startswith(HERE):
            route.continue_()
        else:
            complaints.append(f"asked for {route.request.url}")
            route.abort()

    def heard(line: ConsoleMessage) -> None:
        # A refused page is a page too: the browser notes its status, and that is no script's error.
        if line.type == "error" and not line.text.startswith("Failed to load resource"):
            complaints.append(line.text)

    def tripped(error: object) -> None:
        complaints.append(str(getattr(error, "error", error)))

    context.route("**/*", only_here)
    context.on("console", heard)
    context.on("weberror", tripped)
    return complaints


def barriers(page: Page) -> list[str]:
    """Return what would keep somebody from using this page, one line for each broken rule.

    The checker is run by the browser itself, not as a script of the page, so the page's own
    content policy stays in force.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8") + "\n;undefined")
    found = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [f"{rule['id']}: {rule['nodes'][0]['html'][:80]}" for rule in found["violations"]]
