"""The register as a Word paper and a map file, the scorecard as a map file: all without a net."""

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from docx import Document

from facilities.models import Facility
from tests.facilities.test_export import Fetched

pytestmark = pytest.mark.usefixtures("demo")
DAY = date(2025, 6, 30)


def fetched(text):
    parser = Fetched()
    parser.feed(text)
    return parser.found


class TestRegister:
    def get(self, client, name, **asked):
        response = client.get(reverse(f"facilities:{name}"), {"at": DAY.isoformat(), **asked})
        assert response.status_code == 200
        assert "attachment" in response["Content-Disposition"]
        return response

    def test_the_paper_counts_by_category_and_lists_what_was_chosen(self, client_as):
        response = self.get(client_as(language="en"), "register_word", category="ELD-INST")
        counts, rows = Document(BytesIO(response.content)).tables
        homes = Facility.objects.on(DAY).filter(category="ELD-INST")
        (line,) = [[cell.text for cell in row.cells] for row in counts.rows[1:]]
        assert line[1] == str(homes.count())
        assert line[3] == str(homes.exclude(beds=None).count())
        assert {row.cells[0].text.rstrip(" ▒≈") for row in rows.rows[1:]} == set(
            homes.values_list("name", flat=True)
        )
        assert line[0].endswith("▒≈")
        unknown = homes.filter(beds=None).first()
        told = {row.cells[0].text.rstrip(" ▒≈"): row.cells[4].text for row in rows.rows[1:]}
        assert told[unknown.name] == "unknown"

    def test_beds_that_nobody_recorded_are_unknown_not_none(self, client_as):
        Facility.objects.filter(category="ELD-INST").update(beds=None)
        response = self.get(client_as(language="en"), "register_word", category="ELD-INST")
        assert [cell.text for cell in Document(BytesIO(response.content)).tables[0].rows[1].cells][
            2:
        ] == ["unknown", "0"]

    def test_rows_beyond_those_listed_are_marked_too(self, client_as, monkeypatch):
        Facility.objects.update(synthetic=False)
        last = Facility.objects.on(DAY).order_by("name", "id").last()
        Facility.objects.filter(pk=last.pk).update(synthetic=True)
        monkeypatch.setattr("facilities.exports.register_paper.MOST_ROWS", 2)
        paper = Document(BytesIO(self.get(client_as(language="en"), "register_word").content))
        head = "".join(each.text for each in paper.sections[0].header.paragraphs)
        assert "Demonstration data (synthetic)" in head

    def test_the_map_tells_its_marks_and_whose_outlines_it_draws(self, client_as):
        text = self.get(client_as(language="en"), "register_map").content.decode()
        assert "rests on synthetic rows" in text
        assert "Some positions or counts are approximate." in text
        assert "frykit" in text

    def test_names_of_facilities_are_no_names_of_persons(self, client_as):
        response = self.get(client_as(), "register_word", category="ELD-INST")
        assert Document(BytesIO(response.content)).tables[1].rows[0].cells[0].text == "名称"

    def test_the_map_holds_every_one_and_fetches_nothing(self, client_as):
        text = self.get(client_as(language="en"), "register_map").content.decode()
        for name in Facility.objects.on(DAY).values_list("name", flat=True):
            assert name in text or name.encode("unicode_escape").decode() in text
        assert '<html lang="en">' in text and "In service on 2025-06-30." in text
        assert not fetched(text)

    def test_nothing_chosen_is_a_paper_and_a_map_of_nothing(self, client_as):
        for name in ("register_word", "register_map"):
            self.get(client_as(), name, q="没有这个名字")


class TestScorecard:
    def test_the_map_has_a_layer_for_each_target_and_fetches_nothing(self, client_as):
        response = client_as(language="en").get(
            reverse("facilities:targets_map"), {"at": DAY.isoformat(), "within": "4401"}
        )
        text = response.content.decode()
        for number in range(1, 13):
            assert f"T{number:02}" in text
        assert "rests on synthetic rows" in text
        assert "Some positions or counts are approximate." in text
        assert not fetched(text)

    def test_a_name_cannot_break_out_of_the_page(self, client_as):
        Facility.objects.filter(category="ELD-INST").update(name="</script><b>x")
        text = (
            client_as()
            .get(reverse("facilities:register_map"), {"at": DAY.isoformat()})
            .content.decode()
        )
        assert "</script><b>x" not in text

    def test_an_unknown_division_is_refused(self, client_as):
        response = client_as().get(reverse("facilities:targets_map"), {"within": "449999"})
        assert response.status_code in (400, 404)
