"""What the tests of the jobs share."""

from tests.gateways import fake_gateway, make_fake_gateway
from tests.store.lasting import guards_after, lasting

__all__ = ["fake_gateway", "guards_after", "lasting", "make_fake_gateway"]
