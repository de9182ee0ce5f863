"""Following: a person follows a thing, notices are made of what happened, mail goes out."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from smtplib import SMTPException
from typing import Any

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from accounts.models import Follow, Notice, NoticeMail, User
from api.domain.webhooks import wait_after
from api.queries.following import (
    OVERDUE,
    Thing,
    entries_since,
    names_of,
    overdue_for,
    page_of,
    words_of,
)
from common import audit
from common.errors import BadInput, NotInScope

MOST_FOLLOWED, PAGE, MOST_IN_A_MAIL = 500, 1_000, 100
DAY = timedelta(days=1)


@transaction.atomic
def follow(*, by: Any, kind: str, key: str, at: datetime) -> Follow:
    """What happens from now on is told; only of what this person may read."""
    thing = (kind, key)
    known = names_of([thing], by=by, at=timezone.localdate(at))
    if thing not in known and thing != (OVERDUE, ""):
        raise NotInScope
    if by.follows.count() >= MOST_FOLLOWED:
        raise BadInput(
            "You follow %(most)s things: stop following one of them first.", most=MOST_FOLLOWED
        )
    # Not after the last that is written: a smaller one may still be on its way.
    made, _new = Follow.objects.get_or_create(
        user=by, kind=kind, key=key, defaults={"number": audit.settled()}
    )
    return made


def unfollow(*, by: Any, kind: str, key: str) -> None:
    Follow.objects.filter(user=by, kind=kind, key=key).delete()


def make_notices(*, at: datetime) -> int:
    """Look at what is new in the audit log and at the clocks; how many notices were made."""
    before = Notice.objects.count()
    follows = list(Follow.objects.filter(user__is_active=True).select_related("user"))
    _from_entries([each for each in follows if each.kind != OVERDUE])
    for user in {each.user for each in follows}:
        _from_clocks(user, [each for each in follows if each.user_id == user.pk], at=at)
    return Notice.objects.count() - before


def _from_entries(follows: list[Follow]) -> None:
    followers: dict[Thing, list[Follow]] = {}
    for each in follows:
        followers.setdefault((each.kind, each.key), []).append(each)
    number = min((each.number for each in follows), default=0)
    while follows:
        entries, last = entries_since(number=number, limit=PAGE)
        made = [
            Notice(
                user_id=each.user_id,
                kind=each.kind,
                key=each.key,
                operation=entry.operation,
                once=f"entry:{entry.number}",
                at=entry.at,
            )
            for entry in entries
            for thing in entry.things
            for each in followers.get(thing, ())
            # Nobody need be told what they did themselves.
            if entry.number > each.number and entry.user_id != each.user_id
        ]
        with transaction.atomic():
            Notice.objects.bulk_create(made, ignore_conflicts=True)
            keys = [each.pk for each in follows]
            Follow.objects.filter(pk__in=keys, number__lt=last).update(number=last)
        if last == number:
            return
        number = last


def _from_clocks(user: User, follows: list[Follow], *, at: datetime) -> None:
    """Every deadline once: of what is followed, or of all in the jurisdictions."""
    things = {(each.kind, each.key) for each in follows}
    today = timezone.localdate(at)
    found = overdue_for(by=user, at=today, things=things)
    if (OVERDUE, "") in things:
        found |= overdue_for(by=user, at=today)
    known = set(Notice.objects.filter(user=user, operation=OVERDUE).values_list("once", flat=True))
    made = [
        Notice(user=user, kind=kind, key=key, operation=OVERDUE, at=at, once=once)
        for (kind, key), due in found.items()
        if (once := f"overdue:{kind}:{key}:{due}") not in known
    ]
    Notice.objects.bulk_create(made, ignore_conflicts=True)


def mail_notices(*, at: datetime, site: str) -> dict[str, int]:
    """Mail to everyone who wants it and is due; {address: notices told, -1 where it failed}."""
    due = NoticeMail.objects.exclude(how=NoticeMail.How.OFF).filter(user__is_active=True)
    due = due.filter(Q(next_at__isnull=True) | Q(next_at__lte=at)).select_related("user")
    due = due.exclude(user__email="")
    told = {}
    for key in due.values_list("pk", flat=True):
        with transaction.atomic():
            # Of two timers at once the second passes over what the first is mailing.
            choice = due.select_for_update(of=("self",), skip_locked=True).filter(pk=key).first()
            number = _mail(choice, at=at, site=site) if choice else 0
        if choice and number:
            told[choice.user.email] = number
    return told


def _mail(choice: NoticeMail, *, at: datetime, site: str) -> int:
    user = choice.user
    waiting = list(
        Notice.objects.filter(user=user, mailed_at__isnull=True, read_at__isnull=True).order_by(
            "pk"
        )[:MOST_IN_A_MAIL]
    )
    with override(choice.language or None):
        lines = _lines(user, waiting, at=at, site=site)
        if lines:
            number = len(lines)
            subject = ngettext(
                "Diming: %(number)d notice", "Diming: %(number)d notices", number
            ) % {"number": number}
            body = "\n\n".join([*lines, _("All notices: %(url)s") % {"url": f"{site}/following/"}])
            try:
                EmailMessage(subject, body, to=[user.email]).send()
            except (SMTPException, OSError, ValueError) as error:
                _failed(choice, at=at, error=f"{type(error).__name__}: {error}")
                return -1
    # What may not be read any more is told to nobody, now or later.
    Notice.objects.filter(pk__in=[each.pk for each in waiting]).update(mailed_at=at)
    if lines:
        next_at = at + DAY if choice.how == NoticeMail.How.DAILY else None
        NoticeMail.objects.filter(pk=choice.pk).update(
            failures=0, error="", sent_at=at, next_at=next_at
        )
    return len(lines)


def _failed(choice: NoticeMail, *, at: datetime, error: str) -> None:
    NoticeMail.objects.filter(pk=choice.pk).update(
        failures=F("failures") + 1,
        next_at=at + wait_after(choice.failures + 1),
        error=error[:200],
    )


def _lines(user: User, notices: Iterable[Notice], *, at: datetime, site: str) -> list[str]:
    notices = list(notices)
    names = names_of([(n.kind, n.key) for n in notices], by=user, at=timezone.localdate(at))
    return [
        f"{names[n.kind, n.key]} · {words_of(n.operation)}"
        f" ({timezone.localtime(n.at):%Y-%m-%d %H:%M})\n{site}{page_of(n.kind, n.key)}"
        for n in notices
        if (n.kind, n.key) in names
    ]
