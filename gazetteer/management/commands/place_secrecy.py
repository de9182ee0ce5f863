"""Say how secret a place is; what is secret leaves by no page, interface, map, file or search."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from common.errors import DimingError
from gazetteer.models import Secrecy
from gazetteer.operations.secrecy import set_secrecy


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("place", type=UUID, help="the id in its address: /id/place/<id>")
        parser.add_argument("level", choices=Secrecy.values)
        parser.add_argument("--reason", required=True, help="the document that says so")

    def handle(self, *args: Any, **options: Any) -> None:
        level = Secrecy(options["level"])
        try:
            place = set_secrecy(
                place=options["place"],
                level=level,
                at=timezone.localdate(),
                reason=options["reason"],
            )
        except DimingError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{place.pk} is {level.value}.")
