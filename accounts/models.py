"""People and what they may do where: a role, for a jurisdiction, for a period (design §6)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.domain.roles import Role as RoleName
from accounts.domain.roles import may
from common.models import DatedQuerySet, tracked


class Role(models.TextChoices):
    PLACE_NAME_OFFICER = RoleName.PLACE_NAME_OFFICER, _("place-name officer")
    REVIEWER = RoleName.REVIEWER, _("reviewer")
    EXPERT = RoleName.EXPERT, _("committee expert")
    APPROVER = RoleName.APPROVER, _("approver")
    SIGN_INSPECTOR = RoleName.SIGN_INSPECTOR, _("sign inspector")
    BOUNDARY_INSPECTOR = RoleName.BOUNDARY_INSPECTOR, _("boundary inspector")
    PLANNER = RoleName.PLANNER, _("planner")
    DATA_STEWARD = RoleName.DATA_STEWARD, _("data steward")
    ADMINISTRATOR = RoleName.ADMINISTRATOR, _("administrator")
    AUDITOR = RoleName.AUDITOR, _("auditor")
    VIEWER = RoleName.VIEWER, _("viewer")


class User(AbstractUser):
    """A person who signs in; rights come from grants, never from flags on the account."""

    display_name = models.CharField(_("name of the person"), max_length=80, blank=True)

    def grants_today(self) -> list["Grant"]:
        """This person's grants in force now, read once per request.

        Written out, because every page and every suggestion begins with it.
        """
        if not hasattr(self, "_grants_today"):
            sql = "SELECT * FROM accounts_grant WHERE user_id = %s AND period @> %s::date"
            self._grants_today = list(Grant.objects.raw(sql, [self.pk, timezone.localdate()]))
        return self._grants_today

    def hold_grants(self, grants: Iterable["Grant"]) -> None:
        """Grants in force now that were read together with the person."""
        self._grants_today = list(grants)

    def jurisdictions(self) -> list[str]:
        """Where this person has any role now."""
        return [grant.jurisdiction for grant in self.grants_today()]

    def jurisdictions_for(self, capability: str) -> list[str]:
        return [g.jurisdiction for g in self.grants_today() if may(g.role, capability)]

    def may(self, capability: str) -> bool:
        """Whether any grant allows the act somewhere; where, is asked of scoping."""
        return bool(self.jurisdictions_for(capability))

    def __str__(self) -> str:
        return self.display_name or self.username


class GrantQuerySet(DatedQuerySet):
    def of(self, user: Any, day: date) -> Any:
        return self.on(day).filter(user=user)


@tracked()
class Grant(models.Model):
    """One role in one jurisdiction (a code prefix; empty is the whole country) for a period."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=24, choices=Role)
    jurisdiction = models.CharField(max_length=12, blank=True, default="")
    period = DateRangeField()

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="grant_once_a_day",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("jurisdiction", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This person has this role there on some of these days."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()} {self.jurisdiction}"


class ApiKey(models.Model):
    """A key by which a program reads (or writes) in a person's name; only its digest is kept.

    A key never opens more than the person's roles of the day. ``start`` is shown in lists, so
    that a key can be told from another. ``per_minute``: requests that each server process answers.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(_("name"), max_length=60)
    start = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=10))
    per_minute = models.PositiveIntegerField(default=3_000)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} {self.start}…"


class Webhook(models.Model):
    """An address that is told of every public change, in order: a mark in the feed of changes.

    ``number``: the last change that was taken there. After a failure it waits until ``next_at``,
    longer each time; after too many it is ``stopped_at`` and waits for a person. ``secret`` signs.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="webhooks")
    url = models.URLField(_("address"), max_length=300)
    secret = models.CharField(max_length=64)
    number = models.BigIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return self.url


class Follow(models.Model):
    """What a person follows: a mark in the audit log, as a webhook is one in the feed of changes.

    ``kind`` and ``key`` name the thing as its address does; ``overdue`` without a key is every
    deadline in one's jurisdictions. ``number``: the last audit entry that was looked at.
    """

    class Kind(models.TextChoices):
        PLACE = "place", _("place name")
        DIVISION = "division", _("division")
        CASE = "case", _("naming case")
        SIGN = "sign", _("sign")
        LINE = "line", _("boundary line")
        NOTICE = "notice", _("rectification notice")
        OVERDUE = "overdue", _("overdue")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="follows")
    kind = models.CharField(max_length=10, choices=Kind)
    key = models.CharField(max_length=60, blank=True)
    number = models.BigIntegerField(default=0)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["kind", "-since"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key", "user"], name="follow_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Notice(models.Model):
    """Something that happened to what a person follows; ``once``: what makes it one notice.

    It holds no words of the thing: what may be read is asked when it is shown or mailed.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=10, choices=Follow.Kind)
    key = models.CharField(max_length=60)
    operation = models.CharField(max_length=60)
    once = models.CharField(max_length=120)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "once"], name="notice_once"),
        ]
        indexes = [
            models.Index(
                fields=["user"], condition=models.Q(read_at__isnull=True), name="notice_unread"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.kind} {self.key}"


class NoticeMail(models.Model):
    """Whether a person is told by e-mail, in which language, and what became of the last one."""

    class How(models.TextChoices):
        OFF = "off", _("no e-mail")
        AT_ONCE = "at_once", _("at once")
        DAILY = "daily", _("once a day")

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="notice_mail")
    how = models.CharField(max_length=10, choices=How, default=How.OFF)
    language = models.CharField(max_length=10, blank=True)
    failures = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.user_id} {self.how}"
