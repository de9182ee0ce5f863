"""Compile the translations (.po to .mo) of every app, without GNU gettext on the machine."""

import json
import os
import re
from argparse import ArgumentParser
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

# Babel forgives a string that is never closed; people would see half a sentence.
WELL_FORMED = re.compile(r'\s*(#.*|(msg\w+(\[\d+\])?\s+)?"([^"\\]|\\.)*"\s*)?$')


def translation_sources() -> list[Path]:
    """Every .po file of the apps' own locale folders."""
    folders = [Path(folder) for folder in settings.LOCALE_PATHS]
    return sorted(path for folder in folders for path in folder.glob("*/LC_MESSAGES/*.po"))


def is_compiled(source: Path) -> bool:
    target = source.with_suffix(".mo")
    return target.exists() and target.stat().st_mtime >= source.stat().st_mtime


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        sources = translation_sources()
        # All are read before any is written: a broken file leaves the others as they were.
        catalogs = {path: self.read(path) for path in sources if not is_compiled(path)}
        for path, catalog in catalogs.items():
            self.write(path, catalog)
        if options["json"]:
            compiled = [str(path) for path in catalogs]
            self.stdout.write(json.dumps({"files": len(sources), "compiled": compiled}))
        else:
            self.stdout.write(f"{len(sources)} translation files, {len(catalogs)} compiled now")

    def read(self, path: Path) -> Catalog:
        for number, text in enumerate(path.read_text("utf-8").splitlines(), start=1):
            if not WELL_FORMED.match(text):
                raise CommandError(f"{path}:{number}: this line of the translation is broken.")
        locale = path.parent.parent.name
        try:
            with path.open("rb") as file:
                catalog = read_po(file, locale=locale, abort_invalid=True)
        except (PoFileError, ValueError) as error:
            line = getattr(error, "lineno", None)
            where = f"{path}:{line}" if line is not None else str(path)
            raise CommandError(f"{where}: this translation file is broken: {error}") from error
        return catalog

    def write(self, path: Path, catalog: Catalog) -> None:
        compiled = BytesIO()
        write_mo(compiled, catalog, use_fuzzy=False)
        # A server that starts in this moment finds the old file or the new one, never half.
        part = path.with_suffix(f".mo.{os.getpid()}")
        part.write_bytes(compiled.getvalue())
        part.replace(path.with_suffix(".mo"))
