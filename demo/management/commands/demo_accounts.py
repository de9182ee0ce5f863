"""Print the demonstration accounts that are in the database (only where DEBUG is on)."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from demo.parts.accounts import ACCOUNTS, PASSWORD


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("There are no demonstration accounts: DEBUG is off.")
        there = set(User.objects.values_list("username", flat=True))
        rows = [a for a in ACCOUNTS if a.username in there]
        if options["json"]:
            listed = [
                {"username": a.username, "role": a.role, "jurisdiction": a.jurisdiction}
                for a in rows
            ]
            self.stdout.write(json.dumps({"password": PASSWORD, "accounts": listed}))
            return
        self.stdout.write(f"Demonstration accounts (password of all: {PASSWORD})")
        for account in rows:
            where = account.jurisdiction or "whole country"
            self.stdout.write(f"  {account.username:<18}{account.role:<22}{where}")
