"""Report and field pack of a joint inspection, and photos beside those of the last round."""

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.utils import translation
from docx import Document

from boundaries.domain.markers import Witness
from boundaries.exports.inspection_report import report
from boundaries.models import Inspection, InspectionSide, Marker
from boundaries.operations.inspections import begin_inspection
from boundaries.operations.visits import VisitFacts, record_visit
from boundaries.queries.inspections import content_of
from boundaries.queries.photo_pairs import photo_pairs, visit_before, visits_in
from common.documents import Picture, write_document
from common.photos import read_photo
from tests.boundaries.inspected import CODE, DAY, NOW, again, record, signed

NAMES = {"440104": "越秀区", "440106": "天河区"}
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


@pytest.fixture
def marker(demo: Any, settings: Any, tmp_path: Path) -> Marker:
    settings.MEDIA_ROOT = tmp_path
    found = Marker.objects.on(DAY).filter(line_code=CODE, kind="single").first()
    assert found is not None
    return found


def words(content: bytes) -> str:
    paper = Document(io.BytesIO(content))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(line.text for line in paper.paragraphs), *cells])


def paper_of(inspection: Inspection) -> str:
    held = again(inspection)
    with translation.override("zh-hans"):
        made = report(inspection=held, content=content_of(held), names=NAMES)
        return words(write_document(made))


def pictures_of(inspection: Inspection) -> list[bytes]:
    held = again(inspection)
    made = report(inspection=held, content=content_of(held), names=NAMES)
    return [block.png for block in made.blocks if isinstance(block, Picture)]


class TestReport:
    def test_the_map_of_what_is_signed_stays_as_it_was(
        self, begun: Inspection, people: dict[str, Any], marker: Marker
    ) -> None:
        held = signed(begun, people)
        (before,) = pictures_of(held)
        record_visit(by=people["b"], at=DAY, marker=marker, facts=VisitFacts(DAY, "lost"))
        marker.place_at(Point(marker.location.x + 0.01, marker.location.y, srid=4490), 1.0)
        assert pictures_of(held) == [before]

    def test_the_title_names_both_sides_in_the_readers_language(
        self, begun: Inspection, people: dict[str, Any]
    ) -> None:
        held = again(begun)
        for language, names in (
            ("zh-hans", NAMES),
            ("en", {"440104": "Yuexiu", "440106": "Tianhe"}),
        ):
            with translation.override(language):
                made = report(inspection=held, content=content_of(held), names=names)
            assert all(name in made.title for name in names.values())

    def test_witness_objects_of_what_is_signed_are_judged_as_they_were_registered(
        self, begun: Inspection, people: dict[str, Any], marker: Marker, client_as: Any
    ) -> None:
        known = marker.witnesses.first()
        assert known is not None
        same = Witness(known.what, known.distance_m, known.azimuth)
        facts = VisitFacts(DAY, "intact", witnesses=(same,))
        record_visit(by=people["a"], at=DAY, marker=marker, facts=facts, inspection=begun)
        signed(begun, people)
        marker.witnesses.all().delete()
        client = client_as("boundary_inspector", "4401", language="en")
        page = client.get(f"/inspections/{begun.pk}/markers/{marker.number}/").content.decode()
        assert f"{known.what} agrees." in page

    def test_tells_faces_witness_objects_people_and_positions(
        self, begun: Inspection, people: dict[str, Any], marker: Marker
    ) -> None:
        known = marker.witnesses.first()
        assert known is not None
        facts = VisitFacts(
            DAY, "intact", legible=False, people="越秀王、天河李",
            witnesses=(Witness(known.what, 12.5, 40.0), Witness("新设电线杆", 8.0)),
        )  # fmt: skip
        record_visit(by=people["a"], at=DAY, marker=marker, facts=facts, inspection=begun)
        record(begun, people)
        text = paper_of(begun)
        for part in (
            "注记不清", "越秀王、天河李", "新设电线杆", "登记表中没有", "12.5 m 40°",
            f"{known.distance_m:g} m", f"{marker.location.x:.7f}", "张、李",
        ):  # fmt: skip
            assert part in text

    def test_a_photo_that_is_gone_or_differs_is_told(
        self, begun: Inspection, people: dict[str, Any], marker: Marker, make_photo: Any
    ) -> None:
        read = read_photo(make_photo())
        made = record_visit(
            by=people["a"], at=DAY, marker=marker, facts=VisitFacts(DAY, "intact"),
            photos=[("440104", read)], inspection=begun,
        )  # fmt: skip
        assert "存档中已缺失" not in paper_of(begun)
        path = Path(made.photos.get().image.path)
        path.write_bytes(read.content + b"x")
        assert f"{marker.number} ({read.sha256[:12]})" in paper_of(begun)
        path.unlink()
        assert f"{marker.number} ({read.sha256[:12]})" in paper_of(begun)

    def test_a_photo_is_the_one_of_its_marker(
        self, begun: Inspection, people: dict[str, Any], marker: Marker, make_photo: Any
    ) -> None:
        """The same file at another marker is not taken for the signed one."""
        read = read_photo(make_photo())
        made = record_visit(
            by=people["a"], at=DAY, marker=marker, facts=VisitFacts(DAY, "intact"),
            photos=[("", read)], inspection=begun,
        )  # fmt: skip
        other = Marker.objects.on(DAY).filter(line_code="440106-440112").first()
        assert other is not None
        record_visit(
            by=people["b"], at=DAY, marker=other, facts=VisitFacts(DAY, "intact"),
            photos=[("", read)],
        )  # fmt: skip
        Path(made.photos.get().image.path).unlink()
        assert f"{marker.number} ({read.sha256[:12]})" in paper_of(begun)


class TestPack:
    def test_holds_agreement_register_and_last_report(
        self, demo: Any, people: dict[str, Any], client_as: Any
    ) -> None:
        """The line 天河–黄埔 has an agreement and was inspected and filed in the demonstration."""
        from boundaries.models import BoundaryLine

        code = "440106-440112"
        line = BoundaryLine.objects.on(DAY).get(code=code)
        begun = begin_inspection(by=people["b"], at=DAY, line=line, kind="regular", lead="440112")
        client = client_as("boundary_inspector", "440106")
        answer = client.get(f"/inspections/{begun.pk}/pack.zip")
        with zipfile.ZipFile(io.BytesIO(answer.content)) as pack:
            names = set(pack.namelist())
            files = {name: pack.read(name) for name in names}
        assert {
            "agreement.txt", "course.txt", "open-problems.txt", "basis.txt", "register.docx",
            "last-report.docx", "map.png", "line.geojson", "markers.xlsx", "markers.gpkg",
        } <= names  # fmt: skip
        assert "协议书附图" in files["agreement.txt"].decode()
        register = words(files["register.docx"])
        for number in Marker.objects.on(DAY).of_line(code).values_list("number", flat=True):
            assert number in register
        assert code in words(files["last-report.docx"])


class TestLastRound:
    @pytest.fixture
    def photos(
        self, begun: Inspection, people: dict[str, Any], marker: Marker, make_photo: Any
    ) -> Inspection:
        """A photo of one face long ago, and one of it and of the other face now."""
        old, new = read_photo(make_photo()), read_photo(make_photo(size=(30, 20)))
        record_visit(
            by=people["b"], at=DAY, marker=marker, facts=VisitFacts(date(2024, 3, 1), "tilted"),
            photos=[("440104", old)],
        )  # fmt: skip
        record_visit(
            by=people["a"], at=DAY, marker=marker, facts=VisitFacts(DAY, "intact"),
            photos=[("440104", new), ("440106", old)], inspection=begun,
        )  # fmt: skip
        return again(begun)

    def test_faces_stand_beside_each_other(self, photos: Inspection, marker: Marker) -> None:
        taken = visits_in(inspection=photos, marker=marker, sides=["440104"], until=DAY)
        pairs = {
            pair.face: pair for pair in photo_pairs(inspection=photos, marker=marker, taken=taken)
        }
        assert set(pairs) == {"440104", "440106"}
        before = pairs["440104"].before
        assert before is not None and before.visit.visited_on == date(2024, 3, 1)
        assert [code for code, _photo in pairs["440104"].now] == ["440104"]
        assert pairs["440106"].before is None and len(pairs["440106"].now) == 1
        last = visit_before(inspection=photos, marker=marker)
        assert last is not None and last.visited_on >= date(2024, 3, 1)

    def test_the_page_hides_what_is_not_submitted(
        self, photos: Inspection, marker: Marker, client_as: Any
    ) -> None:
        page = f"/inspections/{photos.pk}/markers/{marker.number}/"
        own, other = (
            client_as("boundary_inspector", code).get(page).content.decode()
            for code in ("440104", "440106")
        )
        assert own.count("/markers/photos/") == 3 and other.count("/markers/photos/") == 1
        InspectionSide.objects.filter(inspection=photos, code="440104").update(submitted_at=NOW)
        other = client_as("viewer", "4401").get(page).content.decode()
        assert other.count("/markers/photos/") == 3
        gone = f"/inspections/{photos.pk}/markers/440106-440112001Q/"
        assert client_as("viewer", "4401").get(gone).status_code == 404

    def test_photos_of_later_days_are_not_shown(
        self, photos: Inspection, marker: Marker, client_as: Any
    ) -> None:
        InspectionSide.objects.filter(inspection=photos).update(submitted_at=NOW)
        client = client_as("viewer", "4401")
        today = client.get(f"/markers/{marker.number}/").content.decode()
        then = client.get(f"/markers/{marker.number}/?at=2025-01-01").content.decode()
        assert today.count("/markers/photos/") == 3 and then.count("/markers/photos/") == 1
