"""Pages of signs: what they show, what they refuse, what they cost."""

import math
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.models import Job
from signage.models import RectificationOrder, Sign, SignPhoto
from signage.operations.orders import NewFace, order_fix, record_fix
from signage.queries.signs import (
    NEEDS_WORK,
    SignFilter,
    day_values,
    findings_on,
    sign_counts,
    sign_page,
    sign_tiles,
)
from signage.registrations import find_signs, home_card, signs_for_place, signs_inside

pytestmark = pytest.mark.django_db


def body(response: Any) -> str:
    return str(response.content.decode())


class TestSignList:
    def test_shows_findings_with_measured_and_expected(
        self, make_sign: Any, client_as: Callable[..., Client]
    ) -> None:
        make_sign(number="TEST-LIST", pinyin="WRONG LU")
        page = body(client_as().get(reverse("signage:signs"), {"q": "TEST-LIST"}))
        assert "WRONG LU" in page and "R05" in page
        assert "synthetic" not in page.split('id="results"')[1].split("WRONG LU")[0]

    def test_counts_agree_with_the_list(self, demo: Any) -> None:
        at = timezone.localdate()
        counts = sign_counts(at=at, chosen=SignFilter())
        page = sign_page(at=at, chosen=SignFilter(), size=10_000)
        assert len(page.rows) == counts.needing_work > 0
        assert {row.state for row in page.rows} <= set(NEEDS_WORK)
        for state, count in counts.by_state.items():
            rows = sign_page(at=at, chosen=SignFilter(state=state), size=10_000).rows
            assert (len(rows), {row.state for row in rows}) == (count, {state})
        for rule, count in counts.by_rule.items():
            assert len(sign_page(at=at, chosen=SignFilter("all", rule), size=10_000).rows) == count

    @pytest.mark.parametrize(
        "chosen", [SignFilter(), SignFilter(rule="R05"), SignFilter(within="440106", text="路")]
    )
    def test_counts_of_many_signs_are_bounded_and_say_so(
        self, demo: Any, chosen: SignFilter
    ) -> None:
        day = timezone.localdate()
        every = sign_counts(at=day, chosen=chosen)
        assert sign_counts(at=day, chosen=chosen, most=1_000_000) == every
        some = sign_counts(at=day, chosen=chosen, most=20)
        assert every.whole and not some.whole
        assert 0 <= some.total <= 21 < sign_counts(at=day, chosen=SignFilter()).total
        assert all(count <= every.by_state[state] for state, count in some.by_state.items())

    def test_a_page_of_bounded_counts_says_at_least(
        self, client_as: Any, demo: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("signage.views.signs.MOST_COUNTED", 20)
        page = client_as(language="en").get(reverse("signage:signs")).content.decode()
        assert "counted over the first 20 signs" in page and "≥ " in page
        district = {"within": "440106", "q": "no such sign"}
        page = client_as(language="en").get(reverse("signage:signs"), district).content.decode()
        assert "≥" not in page

    def test_pages_by_key_forwards_and_back(self, demo: Any) -> None:
        at, every = timezone.localdate(), SignFilter(state="all")
        whole = [row.number for row in sign_page(at=at, chosen=every, size=10_000).rows]
        first = sign_page(at=at, chosen=every, size=50)
        second = sign_page(at=at, chosen=every, size=50, after=first.after)
        again = sign_page(at=at, chosen=every, size=50, before=second.before)
        assert [row.number for row in [*first.rows, *second.rows]] == whole[:100]
        assert [row.number for row in again.rows] == whole[:50]
        assert (first.before, again.before) == ("", "")
        last = sign_page(at=at, chosen=every, size=50, after=whole[-2])
        assert (len(last.rows), last.after) == (1, "")

    def test_text_is_taken_literally(self, demo: Any) -> None:
        at = timezone.localdate()
        for text in ("%", "_", "\\", "'"):
            chosen = SignFilter(state="all", text=text)
            assert all(
                text in f"{row.pinyin}{row.hanzi}{row.number}"
                for row in sign_page(at=at, chosen=chosen, size=10_000).rows
            )

    def test_filters_by_district(self, demo: Any) -> None:
        chosen = SignFilter(state="all", within="440106")
        rows = sign_page(at=timezone.localdate(), chosen=chosen, size=10_000).rows
        assert rows and all(row.division_code.startswith("440106") for row in rows)

    def test_shows_nothing_before_the_records_begin(self, client_as: Any) -> None:
        page = body(client_as().get(reverse("signage:signs"), {"at": "2010-01-01"}))
        assert 'id="results"' not in page and "empty-state" in page

    def test_asks_a_fixed_number_of_queries(
        self, client_as: Any, django_assert_max_num_queries: Any
    ) -> None:
        client = client_as()
        with django_assert_max_num_queries(16):
            client.get(reverse("signage:signs"), {"state": "all"})

    @pytest.mark.parametrize("query", ["?rule=%27", "?after=%F0%9F%92%A9"])
    def test_odd_addresses_do_not_break_it(self, client_as: Any, query: str) -> None:
        assert client_as().get(reverse("signage:signs") + query).status_code == 200

    @pytest.mark.parametrize("query", ["?state=odd", "?within=x", "?within=44%27%20OR%201=1"])
    def test_a_filter_that_is_none_is_refused(self, client_as: Any, query: str) -> None:
        assert client_as().get(reverse("signage:signs") + query).status_code == 400


class TestCheckButton:
    def test_starts_a_job_for_the_persons_jurisdiction(self, client_as: Any) -> None:
        client = client_as("sign_inspector", "440106")
        assert 'name="within" value="440106"' in body(client.get(reverse("signage:signs")))
        response = client.post(reverse("signage:check"), {"within": "440106"})
        job = Job.objects.get()
        assert response["Location"] == reverse("job", args=[job.pk])
        assert (job.kind, job.parameters["within"]) == ("check_signs", "440106")

    def test_is_shown_with_the_reason_to_those_who_may_not(self, client_as: Any) -> None:
        page = body(client_as("viewer").get(reverse("signage:signs")))
        assert 'aria-disabled="true"' in page and "地名" in page


class TestSignRecord:
    def test_names_finding_article_and_edition(self, make_sign: Any, client_as: Any) -> None:
        sign = make_sign(pinyin="TIANHE ROAD")
        page = body(client_as().get(reverse("signage:sign", args=[sign.number])))
        for text in ("R10", "ROAD", "GB 17733-2008", "2008-08-01"):
            assert text in page

    def test_correcting_it_names_the_places_that_the_face_may_mean(
        self, make_sign: Any, client_as: Any
    ) -> None:
        client = client_as("place_name_officer", "440106", language="en")
        page = body(client.get(reverse("signage:sign_edit", args=[make_sign().number])))
        assert "Whose name the face may mean" in page and "linked now" in page

    def test_marks_provisional_rules(self, make_sign: Any, client_as: Any) -> None:
        sign = make_sign(ground_colour="green")
        page = body(client_as(language="en").get(reverse("signage:sign", args=[sign.number])))
        assert "provisional rule: warns only" in page

    def test_draws_both_faces_without_style_attributes(
        self, make_sign: Any, street: Any, client_as: Any
    ) -> None:
        sign = make_sign(hanzi="错路", ground_colour="green")
        page = body(client_as().get(reverse("signage:sign", args=[sign.number])))
        drawn = re.findall(r"<svg.*?</svg>", page, re.S)
        assert "错路" in drawn[0] and 'fill="#00733b"' in drawn[0]
        assert street.text in drawn[1] and 'fill="#00529b"' in drawn[1]
        assert " style=" not in page and "<style" not in page

    def test_lists_what_differs_beside_the_faces(self, make_sign: Any, client_as: Any) -> None:
        sign = make_sign(pinyin="TIANHE ROAD", ground_colour="green")
        page = body(client_as(language="en").get(reverse("signage:sign", args=[sign.number])))
        panel = page.split('class="table table-sm sign-differences"')[1].split("</table>")[0]
        assert "differences from the required face" in panel
        assert "R10" in panel and "R13" in panel and "GB 17733-2008" in panel
        assert panel.count('class="sign-mark"') >= 2
        assert "The required face follows provisional rules" in page

    def test_gives_each_face_as_a_picture_in_millimetres(
        self, make_sign: Any, street: Any, client_as: Any
    ) -> None:
        sign = make_sign(hanzi="错路<&", ground_colour="green")
        address = reverse("signage:face", args=[sign.number])
        recorded = client_as().get(address, {"which": "recorded"})
        wanted = client_as().get(address, {"which": "standard"})
        assert recorded["Content-Type"].startswith("image/svg+xml")
        assert "错路&lt;&amp;" in body(recorded) and street.text in body(wanted)
        assert re.search(r'width="[\d.]+mm"', body(wanted))
        assert client_as().get(address, {"which": "none"}).status_code == 400
        assert client_as().get(reverse("signage:face", args=["NO-SUCH"])).status_code == 404
        unlinked = make_sign(number="TEST-ALONE", place=None)
        address = reverse("signage:face", args=[unlinked.number])
        assert client_as().get(address, {"which": "standard"}).status_code == 404

    def test_offers_every_step_with_its_reason(self, make_sign: Any, client_as: Any) -> None:
        sign = make_sign(pinyin="WRONG LU")
        address = reverse("signage:sign", args=[sign.number])
        viewer = body(client_as("viewer", "440106").get(address))
        assert viewer.count('aria-disabled="true"') >= 5
        officer = body(client_as("place_name_officer", "440106").get(address))
        assert reverse("signage:order_new", args=[sign.number]) in officer

    def test_a_sign_without_place_is_unknown_not_wrong(
        self, make_sign: Any, client_as: Any
    ) -> None:
        sign = make_sign(place=None)
        page = body(client_as(language="en").get(reverse("signage:sign", args=[sign.number])))
        assert "No place is linked to this sign." in page

    def test_an_unknown_number_is_not_found(self, client_as: Any) -> None:
        assert client_as().get("/signs/NO-SUCH-1/").status_code == 404


class TestSignEdit:
    def send(self, client: Client, sign: Sign, **changes: Any) -> Any:
        values = {
            "sign_class": sign.sign_class,
            "hanzi": sign.hanzi,
            "pinyin": sign.pinyin,
            "ground_colour": sign.ground_colour,
            "street_bearing": sign.street_bearing,
            "longitude": sign.location.x,
            "latitude": sign.location.y,
            "place_name": sign.place.names.get().text,
            "state": sign.state,
            "managed_by": sign.managed_by,
            "responsible_body": sign.responsible_body,
            "reason": "现场核对",
        }
        return client.post(reverse("signage:sign_edit", args=[sign.number]), {**values, **changes})

    def test_checks_the_sign_again(self, make_sign: Any, client_as: Any) -> None:
        sign = make_sign()
        client = client_as("place_name_officer", "440106")
        assert self.send(client, sign, pinyin="WRONG LU").status_code == 302
        assert [f.rule_id_text for f in sign.findings.open()] == ["R05"]

    def test_is_not_found_outside_the_district(self, make_sign: Any, client_as: Any) -> None:
        sign = make_sign(division_code="440104012")
        assert self.send(client_as("place_name_officer", "440106"), sign).status_code == 404

    def test_cannot_move_a_sign_out_of_the_jurisdiction(
        self, make_sign: Any, client_as: Any
    ) -> None:
        sign = make_sign()
        client = client_as("place_name_officer", "440106", language="en")
        # The middle of Yuexiu.
        response = self.send(client, sign, longitude=113.2644, latitude=23.1291)
        assert "stands outside your area" in response.content.decode()
        sign.refresh_from_db()
        assert sign.division_code == "440106001"

    def test_keeps_what_was_typed_when_the_place_is_unknown(
        self, make_sign: Any, client_as: Any
    ) -> None:
        sign = make_sign()
        client = client_as("place_name_officer", "440106", language="en")
        page = body(self.send(client, sign, place_name="没有这条路", hanzi="另一路"))
        assert "没有这条路" in page and 'value="另一路"' in page
        assert "No place in this city has the standard name" in page


class TestFromOrderToClosed:
    def test_by_four_people_on_the_pages(
        self, make_sign: Any, make_photo: Any, street: Any, client_as: Any
    ) -> None:
        sign = make_sign(pinyin="WRONG LU")
        record = reverse("signage:sign", args=[sign.number])
        officer = client_as("place_name_officer", "440106")
        due = (timezone.localdate() + timezone.timedelta(days=9)).isoformat()
        values = {"responsible_body": "天河区民政局", "due_on": due}
        response = officer.post(reverse("signage:order_new", args=[sign.number]), values)
        assert response["Location"] == record
        order = RectificationOrder.objects.get(sign=sign)
        face = {"hanzi": street.text, "pinyin": street.pinyin_sign, "ground_colour": "blue"}
        inspector = client_as("sign_inspector", "440106")
        fix = reverse("signage:order_fix", args=[order.pk])
        without = inspector.post(fix, face)
        assert without.status_code == 409 and street.pinyin_sign in body(without)
        far = make_photo(at=timezone.now(), where=(113.0, 23.0))
        photos = {"photo": far, "photo_before": make_photo(size=(320, 240))}
        assert inspector.post(fix, {**face, **photos}).status_code == 302
        reviewer = client_as("reviewer", "440106", language="en")
        verify = reverse("signage:order_verify", args=[order.pk])
        assert re.search(r"Taken [\d,]+ m from the sign", body(reviewer.get(verify)))
        assert reviewer.post(verify, {"accept": "1"}).status_code == 302
        close = reverse("signage:order_close", args=[order.pk])
        assert client_as("approver", "440106").post(close).status_code == 302
        order.refresh_from_db()
        assert order.state == "closed"
        timeline = body(reviewer.get(record))
        for title in ("Fix ordered", "Fix recorded", "Fix verified", "Order closed"):
            assert title in timeline

    def test_a_closed_order_leaves_no_step(self, demo: Any, client_as: Any) -> None:
        order = RectificationOrder.objects.filter(state="closed").first()
        assert order is not None
        client = client_as("approver", "4401", language="en")
        response = client.post(reverse("signage:order_close", args=[order.pk]))
        assert response.status_code == 409 and "This step does not fit" in body(response)


class TestPhotos:
    @pytest.fixture
    def photo(self, make_sign: Any, make_photo: Any, make_user: Any) -> SignPhoto:
        sign = make_sign(pinyin="WRONG LU")
        order = order_fix(
            by=make_user("place_name_officer", "440106"),
            at=timezone.now(),
            sign=sign,
            responsible_body="X",
        )
        record_fix(
            by=make_user("sign_inspector", "440106"),
            at=timezone.now(),
            order=order,
            face=NewFace("天河路", "TIANHE LU", "blue"),
            photo=make_photo(at=timezone.now(), where=(113.3, 23.1), size=(3000, 200)),
            photo_before=make_photo(),
        )
        return order.photos.get(phase="after")

    def test_leave_without_exif_and_not_too_wide(self, photo: SignPhoto, client_as: Any) -> None:
        import io

        from PIL import Image

        response = client_as().get(reverse("signage:photo", args=[photo.pk]))
        shown = Image.open(io.BytesIO(response.content))
        assert (shown.format, shown.width, len(shown.getexif())) == ("JPEG", 1600, 0)
        assert "private" in response["Cache-Control"]

    def test_are_not_read_again_when_unchanged(self, photo: SignPhoto, client_as: Any) -> None:
        client, address = client_as(), reverse("signage:photo", args=[photo.pk])
        etag = client.get(address)["ETag"]
        assert client.get(address, headers={"If-None-Match": etag}).status_code == 304

    def test_have_no_address_of_their_own(self, photo: SignPhoto, client_as: Any) -> None:
        assert client_as().get(f"/media/{photo.image.name}").status_code == 404

    def test_need_a_sign_in(self, photo: SignPhoto) -> None:
        assert Client().get(reverse("signage:photo", args=[photo.pk])).status_code == 302


class TestElsewhere:
    def test_home_card_counts_and_links(self, demo: Any) -> None:
        at = timezone.localdate()
        card = home_card(at=at, jurisdiction="4401")
        counts = sign_counts(at=at, chosen=SignFilter(within="4401"))
        assert card.count == counts.needing_work
        assert any("state=overdue" in url for _, _, url in card.lines)

    def test_search_finds_numbers_characters_and_letters(self, make_sign: Any) -> None:
        sign = make_sign(number="TEST-77", hanzi="独一无二路", pinyin="DUYI WU'ER LU")
        at = timezone.localdate()
        for text in ("TEST-77", "test-7", "独一无二", "一无二", "duyiwuer", "Duyi Wu"):
            hits = find_signs(text=text, at=at, within="", limit=5)
            assert [hit.key for hit in hits] == [sign.number], text

    @pytest.mark.parametrize("zoom", [8, 12, 13, 16])
    def test_tiles_say_the_same_as_the_list(self, demo: Any, zoom: int) -> None:
        """The query of a zoom asked for the tile of the whole world holds every sign once."""
        at = timezone.localdate()
        (query,) = sign_tiles(z=zoom, at=at)
        with connection.cursor() as cursor:
            cursor.execute(
                f"""
                WITH tile AS MATERIALIZED (SELECT ST_TileEnvelope(0, 0, 0) AS env),
                shown AS (SELECT {query.attributes} FROM tile, {query.rows})
                SELECT sum(count), min(state) FROM shown
                """,
                query.params,
            )
            count, _ = cursor.fetchone()
        assert count == sign_counts(at=at, chosen=SignFilter()).total

    def test_a_tile_has_bytes_where_signs_stand(self, make_sign: Any, client_as: Any) -> None:
        place = make_sign().location
        n = 2**14
        latitude = math.asinh(math.tan(math.radians(place.y)))
        x, y = int((place.x + 180) / 360 * n), int((1 - latitude / math.pi) / 2 * n)
        assert b"TEST-1" in client_as().get(f"/tiles/signs/14/{x}/{y}.mvt").content

    def test_a_place_and_a_division_name_their_signs(self, make_sign: Any, street: Any) -> None:
        at = timezone.localdate()
        make_sign(number="AAA-1", pinyin="WRONG LU")
        group = signs_for_place(place=street.place, at=at)
        assert group is not None and group.total >= 1
        wrong = next(thing for thing in group.things if "AAA-1" in thing.text)
        assert wrong.state == "wrong"
        inside, non_standard = signs_inside(within="440106", at=at)
        assert inside.count > non_standard.count > 0
        assert signs_inside(within="11", at=at) == []

    def test_findings_of_a_past_day_are_those_of_that_day(self, make_sign: Any) -> None:
        sign = make_sign(pinyin="WRONG LU")
        yesterday = timezone.localdate() - timezone.timedelta(days=1)
        assert findings_on(at=timezone.localdate(), numbers=[sign.number])
        assert not findings_on(at=yesterday, numbers=[sign.number])
        assert day_values(yesterday)["night"] < timezone.now()
