"""Committees of experts (地名专家咨询委员会): members, meetings, votes and opinions."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.models import Recorded, tracked
from gazetteer.models.case import NamingCase

USER = settings.AUTH_USER_MODEL


@tracked()
class Committee(Recorded):
    """A committee of one jurisdiction; cases within it may be put before it."""

    title = models.CharField(_("committee"), max_length=100)
    jurisdiction = models.CharField(_("jurisdiction"), max_length=12)
    founded_on = models.DateField(_("founded on"))
    document = models.CharField(_("document"), max_length=200, blank=True)

    class Meta:
        verbose_name_plural = _("committees")
        ordering = ["jurisdiction", "pk"]

    def __str__(self) -> str:
        return self.title


class MemberQuerySet(models.QuerySet[Any]):
    def on(self, day: Any) -> Any:
        """Members whose term holds ``day``."""
        return self.filter(term__contains=day)


@tracked()
class CommitteeMember(Recorded):
    """A person on a committee for a term; ``user`` where the person signs in."""

    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="members")
    user = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="memberships"
    )
    person = models.CharField(_("person"), max_length=60)
    expertise = models.CharField(_("expertise"), max_length=100)
    chair = models.BooleanField(_("chair"), default=False)
    term = DateRangeField(_("term"))

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("committee members")
        ordering = ["-chair", "pk"]
        constraints = [
            ExclusionConstraint(
                name="committee_member_one_term_a_day",
                expressions=[
                    ("committee", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    ("term", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This person is a member on some of these days already."),
            )
        ]

    def __str__(self) -> str:
        return self.person


class MeetingState(models.TextChoices):
    CALLED = "called", pgettext_lazy("meeting", "called")
    CLOSED = "closed", pgettext_lazy("meeting", "closed")


@tracked()
class Meeting(Recorded):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="meetings")
    held_on = models.DateField(_("held on"))
    venue = models.CharField(_("venue"), max_length=100)
    minutes = models.TextField(_("minutes"), blank=True)
    state = models.CharField(
        _("state"), max_length=8, choices=MeetingState, default=MeetingState.CALLED
    )
    called_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = _("meetings")
        ordering = ["-held_on", "pk"]

    def __str__(self) -> str:
        return f"{self.committee} {self.held_on}"


class ItemResult(models.TextChoices):
    CARRIED = "carried", pgettext_lazy("vote", "in favour")
    REFUSED = "refused", pgettext_lazy("vote", "not in favour")


@tracked()
class AgendaItem(models.Model):
    """A case on a meeting's agenda; the result is set when the meeting closes."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items")
    case = models.ForeignKey(NamingCase, on_delete=models.PROTECT, related_name="agenda")
    order = models.PositiveSmallIntegerField(default=1)
    result = models.CharField(_("result"), max_length=8, choices=ItemResult, blank=True, default="")

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "case"], name="case_once_on_an_agenda")
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.case_id}"


class Ballot(models.TextChoices):
    FOR = "for", pgettext_lazy("vote", "for")
    AGAINST = "against", pgettext_lazy("vote", "against")
    ABSTAIN = "abstain", pgettext_lazy("vote", "abstention")


@tracked()
class Opinion(models.Model):
    """One member's vote and opinion on one case, or why the member stood aside (回避)."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="opinions")
    member = models.ForeignKey(CommitteeMember, on_delete=models.PROTECT, related_name="opinions")
    ballot = models.CharField(_("vote"), max_length=8, choices=Ballot, blank=True, default="")
    text = models.TextField(_("opinion"), blank=True)
    recused = models.BooleanField(_("recused"), default=False)
    recusal_reason = models.CharField(_("reason for recusal"), max_length=200, blank=True)
    recorded_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["item", "member"], name="opinion_once_a_member"),
            models.CheckConstraint(
                name="opinion_recused_or_voted",
                condition=Q(recused=True, ballot="") & ~Q(recusal_reason="")
                | (Q(recused=False) & ~Q(ballot="")),
                violation_error_message=_("A recused member does not vote."),
            ),
        ]

    def __str__(self) -> Any:
        return self.get_ballot_display()
