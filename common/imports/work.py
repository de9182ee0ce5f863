"""The long steps of an import as background work."""

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from common.imports.checking import Report, check_batch
from common.imports.committing import commit_batch, undo_batch
from common.imports.uploads import import_kind
from common.jobs import beside, start_job
from common.models import ImportBatch, Job
from common.registries import NavigationItem, add_job, add_navigation

STEPS = {
    "import_check": (check_batch, _("Check of an import")),
    "import_commit": (commit_batch, _("Import")),
    "import_undo": (undo_batch, _("Undoing an import")),
}


@transaction.atomic
def start_step(*, batch: ImportBatch, by: Any, step: str) -> Job:
    """Hand a step to the worker; refused while another one runs."""
    import_kind(batch.kind).require(by=by, codes=[batch.jurisdiction])
    batch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if batch.busy:
        raise Refusal("This import is being worked on: wait until that has ended.")
    job = start_job(kind=step, by=by, batch=str(batch.pk))
    batch.job = job
    batch.save(update_fields=["job"])
    return job


def register() -> None:
    add_navigation(
        NavigationItem(
            key="imports",
            label=_("Imports"),
            icon="database-import",
            url_name="imports",
            order=70,
            capability="import_data",
        )
    )
    for key, (_run, label) in STEPS.items():
        add_job(key, _runner(key), label)


def _runner(step: str) -> Any:
    def run(*, job: Job, report: Report, batch: str) -> dict[str, Any]:
        with beside(report) as tell:
            done = STEPS[step][0](
                batch=ImportBatch.objects.get(pk=batch), by=job.asked_by, report=tell
            )
        counts = {key: value for key, value in done.counts.items() if key != "remarks"}
        return {"url": reverse("import", args=[done.pk]), **counts}

    return run
