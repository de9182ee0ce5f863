"""Load the demonstration set: real divisions and names, synthetic signs, people and facilities."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from common.errors import DimingError
from demo.models import LoadedPart
from demo.parts import PARTS, DemoOptions, loader
from demo.reference_rows import FOLDER, bring_up_to_date

LOCK = 44_010_620


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--source",
            default="amap",
            metavar="amap|tianditu",
            help="whose county polygons to load (default amap, the finer ones)",
        )
        parser.add_argument(
            "--all",
            action="store_true",
            help="villages of the whole country, not of Guangdong only",
        )
        parser.add_argument("--small", action="store_true", help="the fixed subset that tests use")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["source"] not in ("amap", "tianditu"):
            raise CommandError(
                f"Unknown polygon source “{options['source']}”: choose amap or tianditu."
            )
        demo = DemoOptions(
            polygons=options["source"],
            everything=options["all"],
            small=options["small"],
            report=lambda text: self.stdout.write(f"    {text}"),
        )
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                raise CommandError("Another load_demo is running on this database: wait for it.")
        try:
            self.load(demo)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])

    def load(self, demo: DemoOptions) -> None:
        chosen = {"source": demo.polygons, "small": demo.small, "all": demo.everything}
        loaded = {part.name: part for part in LoadedPart.objects.all()}
        for part in loaded.values():
            if part.options != chosen:
                was = " ".join(f"{key}={value}" for key, value in part.options.items())
                raise CommandError(
                    f"This database holds a demonstration set loaded with {was}: "
                    "start from an empty database to load another."
                )
        for number, name in enumerate(PARTS, start=1):
            label = f"[{number}/{len(PARTS)}] {name}"
            if name in loaded:
                done = bring_up_to_date(FOLDER) if name == "reference" else None
                new = f", {done.sentence}" if done and done.sentence else ""
                self.stdout.write(f"{label}: already there ({loaded[name].summary}{new})")
                continue
            started = time.monotonic()
            try:
                with transaction.atomic():
                    summary = loader(name)(demo)
                    LoadedPart.objects.create(name=name, options=chosen, summary=summary)
            except DimingError as error:
                raise CommandError(f"{name}: {error}") from error
            self.stdout.write(f"{label}: {summary} ({time.monotonic() - started:.1f} s)")
