"""Pages are served in the clear to this machine only."""

from __future__ import annotations

from typing import Any

import pytest
from typer.testing import CliRunner

from tocsin.cli.commands import serve


def test_an_address_of_the_network_is_refused_without_https(settings: Any) -> None:
    settings.HTTPS = False

    refused = CliRunner().invoke(serve.app, ["--host", "0.0.0.0"])  # noqa: S104  the address that is refused

    assert refused.exit_code == 2
    assert "in the clear" in refused.output


def test_with_https_or_on_this_machine_it_goes_on_to_the_store(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    reached: list[str] = []
    monkeypatch.setattr("tocsin.services.missions.prepare_store", lambda: reached.append("store") or 1 / 0)

    settings.HTTPS = False
    CliRunner().invoke(serve.app, ["--host", "127.0.0.1"])
    settings.HTTPS = True
    CliRunner().invoke(serve.app, ["--host", "0.0.0.0"])  # noqa: S104  allowed behind a proxy

    assert reached == ["store", "store"]
