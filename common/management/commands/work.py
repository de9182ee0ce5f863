"""Run background jobs, first those that a killed worker left behind. One worker at a time."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from common.jobs import recover_jobs


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--interval", type=float, default=1.0, help="seconds between looks")

    def handle(self, *args: Any, **options: Any) -> None:
        found = recover_jobs()
        if found:
            self.stdout.write(f"{found} jobs left behind are queued again.")
        call_command("db_worker", interval=options["interval"], reload=False)
