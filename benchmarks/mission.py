"""A mission for a benchmark: importing this reads its settings, and a store is made as often as asked.

It stands before every import of `tocsin` in a benchmark, since models can only be imported then.
"""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import tempfile
from itertools import count
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection

MISSION = 'mission = "Benchmark"\ncountry = "Benchmark"\nzone = "+02:00"\nlanguages = ["en", "fr", "ar"]\n'
_stores = count(1)


def _settle() -> Path:
    """Make the folder and let Django read its settings."""
    folder = Path(tempfile.mkdtemp(prefix="tocsin-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "keys").mkdir(mode=0o700)
    (folder / "keys" / "secret.key").write_text(secrets.token_urlsafe(48), "utf-8")
    (folder / "static").mkdir()
    (folder / "mission.toml").write_text(MISSION, "utf-8")
    os.environ.pop("TOCSIN_DATABASE_URL", None)
    os.environ["TOCSIN_MISSION"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tocsin.settings"
    django.setup()
    # Static files are served from where they lie: a benchmark collects none.
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    # The real hasher is slow on purpose; making accounts is not what is measured.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return folder


FOLDER = _settle()


def fresh_store() -> Path:
    """Turn to a new, empty store with the settings of the field, and return its file.

    It is SQLite with the pragmas of a mission, ``synchronous=FULL`` among them; the run stops
    where they are not in force. Stores go with the folder when the run ends.
    """
    connection.close()
    path = FOLDER / f"store-{next(_stores)}.db"
    if not (FOLDER / "empty.db").exists():
        _prepare(FOLDER / "empty.db")
    shutil.copyfile(FOLDER / "empty.db", path)
    connection.settings_dict["NAME"] = str(path)
    return path


def _prepare(path: Path) -> None:
    from tocsin.store import durability

    connection.settings_dict["NAME"] = str(path)
    call_command("migrate", verbosity=0, interactive=False)
    durability.refuse_unless_safe()
    connection.close()
