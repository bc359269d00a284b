"""How pass-phrases are hashed: Argon2id at a cost that a small machine bears at a shift change."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class FieldArgon2(Argon2PasswordHasher):
    """Argon2id with 46 MiB and two passes on one thread: above the OWASP minimum (46 MiB, one pass).

    Django's default takes 100 MiB and eight threads, which on two cores is a third of a second for
    each sign-in and a way to bring the desk down.
    """

    time_cost = 2
    memory_cost = 47_104
    parallelism = 1
