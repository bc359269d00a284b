"""What the stories share: commits that are commits, and gateways that behave as told."""

from tests.gateways import fake_gateway, make_fake_gateway
from tests.store.lasting import guards_after, lasting

__all__ = ["fake_gateway", "guards_after", "lasting", "make_fake_gateway"]
