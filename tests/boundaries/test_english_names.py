"""Pages in English name divisions in Latin letters: those of the past and those to come, too."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import translation

from boundaries.domain.adjustments import BadDraft
from boundaries.models import DivisionVersion
from boundaries.queries.adjusting import ChangedLater
from boundaries.queries.divisions import get_division
from boundaries.queries.simulation import simulate
from tests.boundaries.test_adjustments import DAY, approved, in_force

pytestmark = pytest.mark.django_db

RENAMED = [
    {"act": "merge", "units": ["440103", "440104"], "code": "440104", "name": "荔湾越秀区"},
]


class TestPast:
    def test_every_division_of_the_lists_is_spelled(self, demo: SimpleNamespace) -> None:
        past = DivisionVersion.objects.filter(level__lte=3)
        assert past.filter(name="萝岗区").exists()
        assert not past.filter(name_en="").exists()

    def test_the_page_and_its_life(self, demo: SimpleNamespace, client_as: Any) -> None:
        page = client_as("viewer", "4401", language="en").get("/divisions/440116/?at=2012-06-01")
        text = page.content.decode()
        assert "<title>Luogang Qu" in text and "Zengcheng Shi</text>" in text
        linked = text.split('id="life"')[1].split("<table")[0]
        assert "Huangpu Qu</a>" in linked and "黄埔区" not in linked

    def test_the_crosswalk(self, demo: SimpleNamespace, client_as: Any) -> None:
        page = client_as("viewer", "4401", language="en").get(
            "/divisions/crosswalk/?from=2013-12-31&to=2014-12-31&within=4401"
        )
        assert "Luogang Qu</a>" in page.content.decode()
        assert "萝岗区" not in page.content.decode()


class TestToCome:
    def test_a_simulation_spells_names_old_and_new(self, demo: SimpleNamespace) -> None:
        with translation.override("en"):
            told = simulate(changes=RENAMED, on=DAY)
            labels = [str(each.label) for each in told.measures]
        counties = {(row.old, row.new) for row in told.rows if row.level == 3}
        assert ("440103 Liwan Qu", "440104 Liwanyuexiu Qu") in counties
        assert not [label for label in labels if "越秀" in label or "荔湾" in label]
        with translation.override("zh-hans"):
            told = simulate(changes=RENAMED, on=DAY)
        assert ("440103 荔湾区", "440104 荔湾越秀区") in {(row.old, row.new) for row in told.rows}

    def test_the_page_of_an_adjustment(self, demo: SimpleNamespace, client_as: Any) -> None:
        adjustment = approved(changes=RENAMED)
        page = client_as("viewer", "4401", language="en").get(f"/adjustments/{adjustment.pk}/")
        told = page.content.decode().split('id="maps-heading"')[1].split("The draft as JSON")[0]
        assert "Liwanyuexiu Qu" in told and "荔湾" not in told

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            (
                {"act": "abolish", "units": ["440106"]},
                "440106 Tianhe Qu still holds 440106001 Wushan Jiedao",
            ),
            (
                {"act": "transfer", "units": ["440106001"], "to": "440106"},
                "440106001 Wushan Jiedao lies in 440106 Tianhe Qu already",
            ),
            (
                {"act": "establish", "to": "440106", "code": "440200", "name": "大天市"},
                "440200 cannot lie in 440106 Tianhe Qu",
            ),
        ],
    )
    def test_a_refusal(self, demo: SimpleNamespace, change: dict[str, Any], sentence: str) -> None:
        with translation.override("en"), pytest.raises(BadDraft, match=sentence):
            simulate(changes=[change], on=DAY)
        with translation.override("zh-hans"), pytest.raises(BadDraft, match="440106 天河区"):
            simulate(changes=[change], on=DAY)

    def test_a_refusal_about_a_unit_set_up_by_the_draft(self, demo: SimpleNamespace) -> None:
        begun = {"act": "establish", "to": "440100", "code": "440198", "name": "新河区"}
        moved = {"act": "transfer", "units": ["440198"], "to": "440100"}
        with translation.override("en"), pytest.raises(BadDraft, match="440198 Xinhe Qu lies in"):
            simulate(changes=[begun, moved], on=DAY)

    def test_what_is_changed_again_later(self, demo: SimpleNamespace) -> None:
        in_force(changes=RENAMED)
        with (
            translation.override("en"),
            pytest.raises(ChangedLater, match=r"(Liwan|Yuexiu) Qu 44010"),
        ):
            simulate(changes=RENAMED, on=DAY - timedelta(days=1))

    def test_what_takes_effect_keeps_its_spelling(self, demo: SimpleNamespace) -> None:
        in_force(changes=RENAMED)
        version = get_division(code="440104", at=DAY)
        assert version is not None and version.name_en == "Liwanyuexiu Qu"
