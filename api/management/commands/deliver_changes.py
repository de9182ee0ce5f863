"""Tell every webhook what has changed since it was last told; for a timer, each minute."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.models import Webhook
from api.operations.webhooks import deliver, send_by_http


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("site", help="our own address, for the links, e.g. https://diming.cn")
        parser.add_argument("--commit", action="store_true", help="send; else only say what waits")
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["commit"]:
            site = options["site"].rstrip("/")
            told = deliver(at=timezone.now(), site=site, send=send_by_http)
        else:
            told = dict.fromkeys(Webhook.objects.values_list("url", flat=True), 0)
        rows = [
            {
                "url": hook.url,
                "taken": told.get(hook.url, 0),
                "last": hook.number,
                "failures": hook.failures,
                "stopped": hook.stopped_at is not None,
                "error": hook.error,
            }
            for hook in Webhook.objects.all()
        ]
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False))
            return
        for row in rows:
            state = (
                f"failed {row['failures']} times: {row['error']}" if row["failures"] else "in order"
            )
            self.stdout.write(f"{row['url']}  {row['taken']} taken, last {row['last']}, {state}")
        if not rows:
            self.stdout.write("There is no webhook.")
