"""What the tests of the jobs share."""

from tests.store.lasting import guards_after, lasting

__all__ = ["guards_after", "lasting"]
