"""What the stories share: commits that are commits."""

from tests.store.lasting import guards_after, lasting

__all__ = ["guards_after", "lasting"]
