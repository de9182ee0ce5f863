"""Make notices of what people follow, and mail them to who wants that; for a timer, each minute."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import Notice, NoticeMail
from api.operations.following import mail_notices, make_notices


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("site", help="our own address, for the links, e.g. https://diming.cn")
        parser.add_argument("--commit", action="store_true", help="do it; else say what stands")
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["site"].startswith(("http://", "https://")):
            raise CommandError("The address begins with http:// or https://.")
        made, told = 0, {}
        if options["commit"]:
            made = make_notices(at=timezone.now())
            told = mail_notices(at=timezone.now(), site=options["site"].rstrip("/"))
        failed = [
            {"user": each.user.username, "failures": each.failures, "error": each.error}
            for each in NoticeMail.objects.filter(failures__gt=0).select_related("user")
        ]
        unread = Notice.objects.filter(read_at__isnull=True).count()
        mailed = sum(1 for number in told.values() if number > 0)
        values = {"made": made, "unread": unread, "mailed": mailed, "failed": failed}
        if options["json"]:
            self.stdout.write(json.dumps(values, ensure_ascii=False))
            return
        self.stdout.write(f"{made} notices made, {unread} unread, {mailed} mails sent.")
        for each in failed:
            self.stdout.write(f"{each['user']}: failed {each['failures']} times: {each['error']}")
