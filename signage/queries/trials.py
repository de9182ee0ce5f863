"""Trials of other parameters of a rule: the latest one, and whether it still tells the truth."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from common.models import AuditEntry, Rule
from signage.domain.rules import registered_rules, touched_by
from signage.models import EditionTrial, Sign
from signage.queries.standard import prefixes

# Steps by which signs, names and places come to be or change; row history tells the rest.
SUBJECTS = ("signage.sign", "gazetteer.place", "gazetteer.placename", "gazetteer.namingcase")
IMPORTS = ("commit_import", "undo_import")


def latest_trial(
    *, rule_id: str, jurisdiction: str, parameters: Mapping[str, Any]
) -> EditionTrial | None:
    """The last trial of exactly these parameters there, under way or over."""
    rows = EditionTrial.objects.select_related("job", "asked_by")
    same = {"rule_id_text": rule_id, "jurisdiction": jurisdiction, "parameters": parameters}
    return rows.filter(**same).first()


def get_trial(*, key: UUID, rule_id: str, jurisdiction: str) -> EditionTrial | None:
    rows = EditionTrial.objects.select_related("job", "asked_by")
    return rows.filter(pk=key, rule_id_text=rule_id, jurisdiction=jurisdiction).first()


def editions_beside(*, trial: EditionTrial, at: date) -> list[int]:
    """The editions on a day, in or around its jurisdiction, of the rules that it judges by."""
    rules = registered_rules()
    read = touched_by(trial.rule_id_text)
    read |= {each for rule_id in read for each in rules[rule_id].borrows}
    code = trial.jurisdiction
    here = Q(jurisdiction__in=prefixes(code)) | Q(jurisdiction__startswith=code)
    rows = Rule.objects.on(at).filter(here, rule_id__in=read)
    return sorted(rows.values_list("pk", flat=True))


def why_stale(*, trial: EditionTrial, today: date) -> str:
    """One sentence on what has changed since a trial; empty where nothing is known to have."""
    if trial.day != today:
        return _("It was made on another day.")
    if trial.editions != editions_beside(trial=trial, at=today):
        return _("An edition of the standard has come or gone since.")
    if _changed_since(trial):
        return _("Signs or names have changed since.")
    return ""


def _changed_since(trial: EditionTrial) -> bool:
    code = trial.jurisdiction
    around = Q(jurisdiction__startswith=code) | Q(jurisdiction__in=prefixes(code))
    told = Q(subject_type__in=SUBJECTS) | Q(operation__in=IMPORTS)
    if AuditEntry.objects.filter(around, told, at__gte=trial.began_at).exists():
        return True
    history = Sign.pgh_event_model.objects.filter(division_code__startswith=code)  # type: ignore[attr-defined]
    return bool(history.filter(pgh_created_at__gte=trial.began_at).exists())
