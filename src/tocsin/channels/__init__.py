"""Channels: each reads what people sent by one way into messages. One folder each; none knows another."""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import Final, cast

from tocsin.core.evidence.gateways import GatewayAdapter
from tocsin.core.evidence.types import ChannelAdapter

CHANNELS: Final = MappingProxyType(
    {
        "sms_http": "tocsin.channels.sms_http.adapter",
        "twilio": "tocsin.channels.twilio.adapter",
        "africas_talking": "tocsin.channels.africas_talking.adapter",
        "rapidpro": "tocsin.channels.rapidpro.adapter",
        "android_gateway": "tocsin.channels.android_gateway.adapter",
        "whatsapp": "tocsin.channels.whatsapp.adapter",
        "telegram": "tocsin.channels.telegram.adapter",
        "email": "tocsin.channels.email.adapter",
        "missed_call": "tocsin.channels.missed_call.adapter",
        "radio_log": "tocsin.channels.radio_log.adapter",
        "walk_in": "tocsin.channels.walk_in.adapter",
        "hotline_sheet": "tocsin.channels.hotline_sheet.adapter",
        "web_form": "tocsin.channels.web_form.adapter",
        "offline_form": "tocsin.channels.offline_form.adapter",
        "command": "tocsin.channels.command.adapter",
    }
)


def get(name: str) -> ChannelAdapter:
    """Return the adapter of the channel `name`, loaded on first use."""
    try:
        path = CHANNELS[name]
    except KeyError:
        raise KeyError(f"no channel is called '{name}', expected one of {', '.join(CHANNELS)}") from None
    return cast(ChannelAdapter, import_module(path))


# Those that come through a gateway, which signs, is told of deliveries, and may carry messages out.
GATEWAYS: Final = (
    "sms_http", "twilio", "africas_talking", "rapidpro", "android_gateway", "whatsapp", "telegram", "email", "missed_call",
)  # fmt: skip


def gateway(name: str) -> GatewayAdapter:
    """Return the adapter of a gateway; one of our own kind where the name is of another way."""
    return cast(GatewayAdapter, get(name if name in GATEWAYS else "sms_http"))
