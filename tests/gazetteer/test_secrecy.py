"""A place has one secrecy, however many records were merged into it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.models import Job
from common.queries import source_uses
from gazetteer.models import Place, PlaceCode
from gazetteer.operations.merge_places import merge_places, undo_merge
from gazetteer.queries.places import name_counts
from gazetteer.queries.search import search_names
from tests.gazetteer.test_identity import SINCE, make_place

pytestmark = pytest.mark.usefixtures("demo")
ON = SINCE + timedelta(days=1)


@pytest.mark.parametrize("named", ["ended", "survivor"])
def test_is_that_of_all_records_of_a_place(
    named: str, make_user: Any, client_as: Callable[..., Client]
) -> None:
    officer = make_user("place_name_officer", "440106")
    pair = {"ended": make_place("密鸥里巷"), "survivor": make_place("密鸥里")}
    merged = merge_places(
        by=officer,
        **pair,
        on=ON,
        at=timezone.now(),
        reason="同一地名重复建库",
        decisions={f"name:{name.pk}": "former" for name in pair["ended"].names.all()},
    )

    def seen() -> set[Any]:
        client = client_as("viewer", "440106")
        pages = {
            client.get(reverse("gazetteer:place", args=[each.pk])).status_code
            for each in pair.values()
        }
        found = search_names(text="密鸥", at=SINCE) + search_names(text="密鸥", at=ON)
        return pages | {each.text for each in found}

    assert {200, "密鸥里巷", "密鸥里"} <= seen()
    call_command("place_secrecy", str(pair[named].pk), "secret", reason="密定〔2026〕1号")
    assert seen() == {404}
    call_command("place_secrecy", str(pair[named].pk), "public", reason="解密")
    assert {200, "密鸥里巷", "密鸥里"} <= seen()
    merged.refresh_from_db()
    undo_merge(by=officer, merge=merged, at=timezone.now(), reason="核查有误")
    assert not Place.objects.filter(merged_into__isnull=False, pk=pair["ended"].pk).exists()


def test_is_counted_nowhere() -> None:
    def counted() -> list[Any]:
        return [name_counts(at=ON), name_counts(at=ON, within="440106"), source_uses()]

    before = counted()
    place = make_place("密鹭里")
    PlaceCode.objects.create(
        place=place, code="44010600121120099999", period=DateRange(SINCE, None)
    )
    assert all(one != other for one, other in zip(before, counted(), strict=True))
    call_command("place_secrecy", str(place.pk), "secret", reason="密定〔2026〕1号")
    assert counted() == before


def test_files_kept_from_before_are_given_out_no_more(
    make_user: Any, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    place, owner, client = make_place("密雀里"), make_user("viewer", "440106"), Client()
    client.force_login(owner, backend="accounts.backends.PersonBackend")
    client.cookies["django_language"] = "en"
    began = timezone.now() - timedelta(hours=1)  # before this transaction
    job = Job.objects.create(kind="export_list", asked_by=owner, state="done", started_at=began)
    job.result_file.save("names.csv", ContentFile("密雀里".encode()))
    page, file = (reverse(each, args=[job.pk]) for each in ("job", "job_result"))

    def given_out() -> list[bool]:
        text = client.get(page).content.decode()
        return [client.get(file).status_code == 200, file in text, "no more" not in text]

    assert given_out() == [True] * 3
    call_command("place_secrecy", str(place.pk), "secret", reason="密定〔2026〕1号")
    assert given_out() == [False] * 3
    Job.objects.filter(pk=job.pk).update(started_at=timezone.now())
    assert given_out() == [True] * 3
    Job.objects.filter(pk=job.pk).update(started_at=began)
    call_command("place_secrecy", str(place.pk), "public", reason="解密")
    assert given_out() == [True] * 3
