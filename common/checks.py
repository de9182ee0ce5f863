"""System checks: what is wrong with a set-up, one sentence each, with what to do about it.

``manage.py check`` runs the quick ones; ``manage.py check --database default`` and ``migrate``
also ask the database.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections
from django.db.utils import Error as DatabaseError
from django.db.utils import OperationalError

MINIMUM_SERVER = 150_000
MINIMUM_POSTGIS = (3, 3)
EXTENSIONS = ("postgis", "btree_gist", "pg_trgm")
VENDOR_FILES = (
    "maplibre/maplibre-gl.mjs",
    "maplibre/maplibre-gl-worker.mjs",
    "maplibre/maplibre-gl.css",
    "tabler/tabler.min.css",
    "tabler/tabler.min.js",
    "icons/tabler-icons.min.css",
    "icons/fonts/tabler-icons.woff2",
    "echarts/echarts.esm.min.mjs",
)
SET_UP = "Run script/setup."
Apps = Sequence[AppConfig] | None


@register(Tags.staticfiles)
def library_files(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Pages need the libraries that set-up copies out of the npm packages."""
    folder = settings.BASE_DIR / "var" / "vendor"
    missing = [name for name in VENDOR_FILES if not (folder / name).exists()]
    if not missing:
        return []
    return [
        Error(
            f"{len(missing)} library files that pages use are missing in {folder}, "
            f"the first is {missing[0]}.",
            hint=SET_UP,
            id="diming.E001",
        )
    ]


@register(Tags.translation)
def compiled_translations(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """A translation newer than what was compiled from it would show yesterday's words."""
    folders = [Path(folder) for folder in settings.LOCALE_PATHS]
    sources = [path for folder in folders for path in folder.glob("*/LC_MESSAGES/*.po")]
    stale = [path for path in sources if _older(path.with_suffix(".mo"), path)]
    if not stale:
        return []
    return [
        Warning(
            f"{len(stale)} of {len(sources)} translation files are not compiled, "
            f"the first is {stale[0]}.",
            hint="Run script/manage compile_translations.",
            id="diming.W002",
        )
    ]


@register(Tags.files)
def var_folder(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Uploaded photos and collected files are kept under var/."""
    folder = Path(settings.VAR_DIR)
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    if nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK):
        return []
    return [
        Error(
            f"The folder {folder} cannot be written, so uploads cannot be kept.",
            hint="Give it to the user who runs the server, or name another with DIMING_VAR.",
            id="diming.E003",
        )
    ]


@register(Tags.compatibility)
def time_zone(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Days of law are days in China."""
    try:
        ZoneInfo(settings.TIME_ZONE)
    except ZoneInfoNotFoundError:
        return [
            Error(
                f"This machine has no time zone data for {settings.TIME_ZONE}.",
                hint="Install the package tzdata.",
                id="diming.E004",
            )
        ]
    return []


@register(Tags.database)
def database_versions(
    app_configs: Apps, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """PostgreSQL and PostGIS are there and new enough, with the extensions that tables use."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        try:
            found += _versions(connections[alias])
        except OperationalError as error:
            reason = str(error).strip().splitlines()[0]
            found.append(
                Error(
                    f"The database cannot be reached: {reason}",
                    hint="Start it with script/database start, or correct DATABASE_URL.",
                    id="diming.E005",
                )
            )
    return found


@register(Tags.database, Tags.security)
def no_demonstration_accounts(
    app_configs: Apps, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Accounts with a published password have no place in production."""
    if settings.DEBUG or "default" not in (databases or ()):
        return []
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT to_regclass('demo_loadedpart')")
            if cursor.fetchone()[0] is None:
                return []
            cursor.execute("SELECT summary FROM demo_loadedpart WHERE name = 'accounts'")
            row = cursor.fetchone()
    except DatabaseError:
        return []  # said by database_versions
    if row is None or row[0].startswith("no "):
        return []
    return [
        Error(
            "This database was filled by load_demo with DEBUG on: it holds the demonstration "
            "accounts, whose password is published.",
            hint="Use a database of its own for production.",
            id="diming.E009",
        )
    ]


def _older(target: Path, source: Path) -> bool:
    return not target.exists() or target.stat().st_mtime < source.stat().st_mtime


def _versions(connection: Any) -> list[CheckMessage]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int")
        server = cursor.fetchone()[0]
        cursor.execute(
            "SELECT name, coalesce(installed_version, default_version), "
            "installed_version IS NOT NULL FROM pg_available_extensions WHERE name = ANY(%s)",
            [list(EXTENSIONS)],
        )
        there = {name: (version, installed) for name, version, installed in cursor.fetchall()}
        cursor.execute("SELECT to_regclass('django_migrations') IS NOT NULL")
        migrated = cursor.fetchone()[0]
    return _judge(server, there, migrated)


def _judge(server: int, there: dict[str, tuple[str, bool]], migrated: bool) -> list[CheckMessage]:
    """From what the server says to what is wrong with it."""
    found: list[CheckMessage] = []
    if server < MINIMUM_SERVER:
        found.append(
            Error(
                f"The database is PostgreSQL {server // 10_000}: 15 or newer is needed.",
                hint="Upgrade the server or give another one with DATABASE_URL.",
                id="diming.E006",
            )
        )
    missing = [name for name in EXTENSIONS if name not in there]
    if missing:
        found.append(
            Error(
                f"The database server lacks the extensions {', '.join(missing)}.",
                hint="Install the packages postgresql-NN-postgis-3 and postgresql-contrib.",
                id="diming.E007",
            )
        )
    version = there.get("postgis", ("", False))[0]
    if version and tuple(int(part) for part in version.split(".")[:2]) < MINIMUM_POSTGIS:
        found.append(
            Error(
                f"The database has PostGIS {version}: 3.3 or newer is needed.",
                hint="Upgrade PostGIS, then run ALTER EXTENSION postgis UPDATE.",
                id="diming.E008",
            )
        )
    created = [name for name, (_, installed) in there.items() if not installed]
    if migrated and created and not missing:
        found.append(
            Error(
                f"The extensions {', '.join(sorted(created))} are not in this database.",
                hint="Run script/manage migrate, or have a superuser run CREATE EXTENSION.",
                id="diming.E010",
            )
        )
    return found
