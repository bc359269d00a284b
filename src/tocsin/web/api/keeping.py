"""Gateways and accounts, for administrators: what is open, what failed, who is reached how far. No secret leaves."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Path, Router

from tocsin.core.reference.results import Hidden
from tocsin.services import accounts, gateways, told_networks
from tocsin.services.refusals import found_or_refuse
from tocsin.store.queries import alerts
from tocsin.web.api import given as shapes
from tocsin.web.api.deeds import LIST, OBJECT
from tocsin.web.api.doors import Door
from tocsin.web.api.duty import AccountName
from tocsin.web.gate import require

router = Router(tags=["gateways and accounts"])
GatewayName = Annotated[shapes.Account, Path()]


@router.get("/gateways", auth=Door("read:gateways"), response=LIST)
def list_gateways(request: Any) -> Any:
    """Return every gateway with what it carried and whether it fails."""
    return [told_networks.gateway(row) for row in gateways.rows(request.viewer)]


@router.post("/gateways/{name}", auth=Door("write:gateways"), response=OBJECT)
def change_gateway(request: Any, name: GatewayName, given: shapes.SwitchIn) -> Any:
    """Open or close a gateway, or say when it is tried. A closed one is not believed and carries nothing."""
    require(request.viewer, "change", "gateway")
    if given.is_active is not None:
        gateways.switch(request.viewer, name, on=given.is_active, now=request.now)
    if given.rank is not None:
        gateways.rank(request.viewer, name, place=given.rank, now=request.now)
    row = next((one for one in gateways.rows(request.viewer) if one.name == name), None)
    return told_networks.gateway(found_or_refuse(row, "gateway"))


@router.post("/gateways/{name}/test", auth=Door("write:gateways"), response=OBJECT)
def test_gateway(request: Any, name: GatewayName, given: shapes.TestIn) -> Any:
    """Send a test message to an account by this gateway alone, and say what became of it."""
    return gateways.send_test(request.viewer, name, to=given.account, now=request.now)


@router.get("/accounts", auth=Door("read:accounts"), response=LIST)
def list_accounts(request: Any) -> Any:
    """Return the accounts; of each whether it has a telephone, never which."""
    return [told_networks.account(row) for row in alerts.accounts(request.viewer)]


@router.post("/accounts/{account}", auth=Door("write:accounts"), response=OBJECT)
def change_account(request: Any, account: AccountName, given: shapes.AccountIn) -> Any:
    """Change the post, the component, the language of the pages, the step on the ladder, or the mark "on duty"."""
    return told_networks.account(accounts.change(request.viewer, account, given.dict(), now=request.now))


@router.post("/accounts/{account}/telephone", auth=Door("write:accounts"), response=OBJECT)
def set_telephone(request: Any, account: AccountName, given: shapes.TelephoneIn) -> Any:
    """Seal how an account is reached, or take it away; it is never told again."""
    contact = Hidden(given.telephone) if given.telephone else None
    return told_networks.account(accounts.set_telephone(request.viewer, account, contact, now=request.now))
