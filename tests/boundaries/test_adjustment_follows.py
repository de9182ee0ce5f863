"""What follows an adjustment beyond codes in a column: name codes, markers, targets, claims."""

from datetime import timedelta
from typing import Any

import pytest
import shapely
from django.contrib.gis.geos import Point
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import translation

from boundaries.models import BoundaryLine, DisputedArea, DisputedClaim, Level, Marker
from boundaries.operations.adjustments import CannotAdjust
from boundaries.operations.disputes import ClaimFacts, record_dispute
from boundaries.queries.adjusting import outcome_of, passages_of
from boundaries.queries.disputes import disputes, perspectives, views_of
from boundaries.queries.simulation import simulate
from facilities.queries.adjusted_targets import target_changes
from facilities.queries.targets import scorecard
from gazetteer.domain.codes import build_code, parse_code
from gazetteer.models import Place, PlaceCode
from signage.operations.campaign import keep_day
from signage.queries.campaign import standings_on
from tests.boundaries.test_adjustments import DAY, JOIN, TODAY, in_force
from tests.boundaries.test_adjustments_refused import undone

EVE = DAY - timedelta(days=1)
TOWN = [{"act": "transfer", "units": ["440106001"], "to": "440104"}]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def coded_place() -> Place:
    """A place of the district that ends, with a code of its own."""
    place = Place.objects.filter(division_code__startswith="440103").exclude(class_code="").first()
    assert place is not None
    place.codes.all().delete()
    code = build_code(division_code=place.division_code, class_code=place.class_code, serial=7)
    PlaceCode.objects.create(place=place, code=code, period=DateRange(None, None))
    return place


def measure_of(word: str) -> Any:
    """The one line of the simulation whose Chinese label has the word."""
    with translation.override("zh-hans"):
        (told,) = [m for m in simulate(changes=JOIN, on=DAY).measures if word in str(m.label)]
    return told


def test_a_county_parted_by_a_line_loses_no_land() -> None:
    found = simulate(
        changes=[
            {"act": "split", "units": ["440106"], "code": "440198", "name": "天东区",
             "line": [[113.37, 22.9], [113.372, 23.5]], "points": [[113.42, 23.15]]}
        ],
        on=DAY,
    )  # fmt: skip
    assert found.land[Level.COUNTY].kept and found.land[Level.TOWNSHIP].kept
    parts = [row for row in found.rows if row.level == Level.COUNTY]
    assert [row.new[:6] for row in parts] == ["440106", "440198"]
    assert sum(row.share for row in parts) == pytest.approx(1)
    assert sum(row.new_km2 for row in parts) == pytest.approx(parts[0].old_km2)


class TestPlaceNameCodes:
    def test_end_on_the_day_and_the_next_of_the_heir_is_given(self) -> None:
        place = coded_place()
        told = measure_of("代码")
        assert int(told.before) >= 1
        before = sorted(PlaceCode.objects.values_list("pk", "code", "period"))
        adjustment = in_force()
        place.refresh_from_db()
        old, new = place.codes.order_by("period")
        assert old.period.upper == new.period.lower == DAY
        parts = parse_code(new.code)
        assert parts.county == "440104" and parts.class_code == place.class_code
        assert not PlaceCode.objects.exclude(place=place).filter(code=new.code).exists()
        undone(adjustment)
        assert sorted(PlaceCode.objects.values_list("pk", "code", "period")) == before

    def test_a_code_that_ended_since_stands_against_undoing(self) -> None:
        place = coded_place()
        adjustment = in_force()
        new = place.codes.get(period__startswith=DAY)
        new.period = DateRange(DAY, DAY + timedelta(days=3))
        new.save()
        with pytest.raises(CannotAdjust, match="place-name code"):
            undone(adjustment)


def test_two_counties_joined_under_a_new_code_keep_their_land() -> None:
    changes = [{"act": "merge", "units": ["440103", "440104"], "code": "440198", "name": "荔越区"}]
    outcome = outcome_of(changes=changes, on=DAY)
    (new,) = outcome.begun()
    olds = [unit.shape for unit in outcome.before.values() if unit.level == Level.COUNTY]
    assert new.shape is not None
    assert shapely.symmetric_difference(new.shape, shapely.union_all(olds)).area < 1e-12
    found = simulate(changes=changes, on=DAY)
    assert found.land[Level.COUNTY].kept and not found.shapes_lost


def test_codes_given_by_hand_are_taken_whatever_else_gives_codes() -> None:
    changes = [
        {"act": "recode", "units": ["440106"], "code": "440198",
         "codes": {"440106002": "440198902", "440106002008": "440198902901"}},
        {"act": "transfer", "units": ["440106001"], "to": "440112",
         "codes": {"440106001": "440112901"}},
    ]  # fmt: skip
    outcome = outcome_of(changes=changes, on=DAY)
    codes = {old.code: outcome.after[key].code for key, old in outcome.before.items()}
    assert (codes["440106002"], codes["440106002008"]) == ("440198902", "440198902901")
    assert codes["440106002010"] == "440198902010"
    assert codes["440106001"] == "440112901" and codes["440106003"] == "440198003"


@pytest.mark.parametrize(
    ("change", "others"),
    [
        # Each of the others would have taken it by itself: its own number, and the next free one.
        (
            {"act": "merge", "units": ["440104", "440106"], "code": "440198", "name": "新区",
             "codes": {"440106001": "440198001"}},
            {"440104001"},
        ),
        (
            {"act": "transfer", "units": ["440106001", "440106002"], "to": "440104",
             "codes": {"440106002": "440104023"}},
            {"440106001"},
        ),
    ],
)  # fmt: skip
def test_a_code_given_by_hand_is_kept_for_its_unit(change: Any, others: set[str]) -> None:
    outcome = outcome_of(changes=[change], on=DAY)
    codes = {old.code: outcome.after[key].code for key, old in outcome.before.items()
             if key in outcome.after}  # fmt: skip
    ((unit, given),) = change["codes"].items()
    assert codes[unit] == given
    assert all(codes[other] != other for other in others)
    assert len(set(codes.values())) == len(codes)


class TestMarkers:
    @pytest.fixture
    def posts(self) -> dict[str, Marker]:
        """One between both units that join, one of the unit that ends and a third."""
        found = {}
        for other, number in (("440104", "内"), ("440105", "外")):
            line = BoundaryLine.objects.on(EVE).get(code=f"440103-{other}")
            found[number] = Marker.objects.create(
                line_code=line.code, code_a=line.code_a, code_b=line.code_b, number=number,
                serial=1, post="Q", kind="single", period=DateRange(None, None),
                manager_code="440103", location=Point(line.geometry[0][0], srid=4490),
            )  # fmt: skip
        return found

    def test_follow_with_their_number_or_end_between_joined_units(
        self, posts: dict[str, Marker]
    ) -> None:
        columns = ("pk", "line_code", "code_a", "code_b", "manager_code", "number", "period")
        before = sorted(map(str, Marker.objects.values_list(*columns)))
        adjustment = in_force()
        for post in posts.values():
            post.refresh_from_db()
        assert posts["内"].period.upper == DAY
        outer = posts["外"]
        assert (outer.line_code, outer.manager_code, outer.number) == (
            "440104-440105", "440104", "外",
        )  # fmt: skip
        assert outer.period.upper is None
        undone(adjustment)
        assert sorted(map(str, Marker.objects.values_list(*columns))) == before

    def test_are_told_before(self, posts: dict[str, Marker]) -> None:
        told = measure_of("界桩")
        inner = {"code_a": "440103", "code_b": "440104", "third_code": ""}
        assert int(told.before) - int(told.after) == Marker.objects.on(EVE).filter(**inner).count()


class TestTargets:
    @pytest.mark.parametrize("changes", [JOIN, TOWN])
    def test_after_is_what_is_measured_once_it_is_in_force(self, changes: Any) -> None:
        outcome = outcome_of(changes=changes, on=DAY)
        told = target_changes(outcome=outcome, passages=passages_of(outcome=outcome), on=DAY)
        assert told and any(not change.same for change in told)
        in_force(changes)
        cards: dict[str, Any] = {}
        for change in told:
            if change.after is None or change.after.edition is None:
                continue
            code = change.code.removesuffix("00")
            card = cards.setdefault(code, scorecard(at=DAY, within=code))
            (row,) = [r for r in card.rows if r.edition == change.after.edition]
            mine, theirs = change.after.measured, row.measured
            assert mine is not None
            assert (mine.outcome, mine.value, mine.wanted, mine.short_by) == (
                theirs.outcome, theirs.value, theirs.wanted, theirs.short_by,
            ), (code, row.edition.target_id)  # fmt: skip
        assert len(cards) > 1

    def test_a_district_under_another_code_goes_on(self) -> None:
        changes = [{"act": "recode", "units": ["440106"], "code": "440198"}]
        outcome = outcome_of(changes=changes, on=DAY)
        told = target_changes(outcome=outcome, passages=passages_of(outcome=outcome), on=DAY)
        assert told is not None and "440106" not in {change.code for change in told}
        renamed = [change for change in told if change.code == "440198"]
        assert renamed and all(change.before and change.after for change in renamed)
        assert all(change.same for change in told)


@pytest.fixture
def disputed() -> DisputedArea:
    line = BoundaryLine.objects.on(EVE).get(code="440106-440111")
    here = shapely.Point(line.geometry[0][0])
    return record_dispute(
        by=None,
        name="塘口",
        since=EVE - timedelta(days=9),
        claims=[
            ClaimFacts("440106", shapely.buffer(here, 0.003), "土地证存根"),
            ClaimFacts("440111", shapely.buffer(here, 0.002), "管护记录"),
        ],
    )


class TestDisputedLand:
    def test_is_told_and_never_dissolved(self, disputed: DisputedArea) -> None:
        area = disputed
        claims = sorted(area.claims.values_list("division_code", flat=True))
        changes = [
            {"act": "merge", "units": claims, "code": claims[0], "name": "合区"},
        ]
        told = [m for m in simulate(changes=changes, on=DAY).measures if area.name in str(m.label)]
        assert len(told) == 1 and told[0].state == "wrong"
        before = sorted(DisputedClaim.objects.values_list("pk", "division_code"))
        adjustment = in_force(changes, title="合并")
        area.refresh_from_db()
        assert area.period.upper is None
        assert list(area.claims.values_list("division_code", flat=True)) == [claims[0]] * 2
        undone(adjustment)
        assert sorted(DisputedClaim.objects.values_list("pk", "division_code")) == before

    def test_a_part_taken_from_it_says_so(self, disputed: DisputedArea) -> None:
        area = disputed
        shape = shapely.from_wkb(bytes(area.geometry.wkb))
        x, y = shape.centroid.x, shape.centroid.y
        a, b = sorted(area.claims.values_list("division_code", flat=True))
        part = shapely.box(x - 0.001, y - 0.001, x + 0.001, y + 0.001)
        changes = [
            {"act": "transfer", "units": [a], "to": b, "area": shapely.geometry.mapping(part)}
        ]
        told = [m for m in simulate(changes=changes, on=DAY).measures if area.name in str(m.label)]
        assert len(told) == 1
        before = sorted(DisputedClaim.objects.values_list("pk", "division_code"))
        in_force(changes, title="划出")
        # Land has gone over; who lost it stands, and still claims it.
        assert sorted(DisputedClaim.objects.values_list("pk", "division_code")) == before

    @pytest.mark.parametrize(
        ("follows", "heir"),
        [
            ({"act": "recode", "units": ["440106"], "code": "440198"}, "440198"),
            (
                {"act": "merge", "units": ["440106", "440104"], "code": "440104", "name": "越秀区"},
                "440104",
            ),
        ],
    )
    def test_no_claim_is_left_to_a_code_that_nobody_bears(
        self, disputed: DisputedArea, follows: Any, heir: str
    ) -> None:
        before = sorted(DisputedClaim.objects.values_list("pk", "division_code"))
        town = {"act": "transfer", "units": ["440106001"], "to": "440105"}
        adjustment = in_force([town, follows], title="划出")
        # The land that is claimed lies with the other side: no heir holds it.
        codes = set(disputed.claims.values_list("division_code", flat=True))
        assert codes == {heir, "440111"}
        undone(adjustment)
        assert sorted(DisputedClaim.objects.values_list("pk", "division_code")) == before

    def test_a_day_before_tells_who_claimed_it_then(self, disputed: DisputedArea) -> None:
        join = [{"act": "merge", "units": ["440106", "440104"], "code": "440104", "name": "越秀区"}]
        before = [(v.claim.division_code, v.name) for v in views_of(area=disputed, at=EVE)]
        in_force(join, title="合并")
        area = DisputedArea.objects.get(pk=disputed.pk)
        assert sorted((v.claim.division_code, v.name) for v in views_of(area=area, at=EVE)) == (
            sorted(before)
        )
        bounds = disputed.geometry.extent
        for day, codes in ((EVE, {"440106", "440111"}), (DAY, {"440104", "440111"})):
            (listed,) = [one for one in disputes(at=day) if one.pk == disputed.pk]
            assert {claim.division_code for claim in listed.claims.all()} == codes
            assert codes <= {code for code, _label in perspectives(at=day, bounds=bounds)}
            for side in ("440104", "440106"):
                within = [one.pk for one in disputes(at=day, within=side)]
                assert (disputed.pk in within) == (side in codes)

    def test_a_claim_goes_with_its_side_that_goes_on_though_the_other_gets_land(
        self, disputed: DisputedArea
    ) -> None:
        x, y = disputed.geometry.centroid.coords
        part = shapely.box(x - 0.01, y - 0.01, x + 0.01, y + 0.01)
        changes = [
            {"act": "transfer", "units": ["440106"], "to": "440111",
             "area": shapely.geometry.mapping(part)},
            {"act": "recode", "units": ["440106"], "code": "440198"},
        ]  # fmt: skip
        in_force(changes, title="划出")
        assert set(disputed.claims.values_list("division_code", flat=True)) == {"440198", "440111"}

    def test_sides_that_joined_are_told_each_with_its_claim(self, disputed: DisputedArea) -> None:
        before = {view.claim.pk: view.claimed_km2 for view in views_of(area=disputed, at=EVE)}
        a, b = sorted(disputed.claims.values_list("division_code", flat=True))
        in_force([{"act": "merge", "units": [a, b], "code": a, "name": "合区"}], title="合并")
        area = DisputedArea.objects.get(pk=disputed.pk)
        views = views_of(area=area, at=DAY)
        assert {view.claim.pk: view.claimed_km2 for view in views} == before
        assert len({view.seen_km2 for view in views}) == 1


def test_signs_are_counted_once_after_effect_and_undoing(
    django_capture_on_commit_callbacks: Any,
) -> None:
    keep_day(at=TODAY, within="4401")
    before = counted()
    with django_capture_on_commit_callbacks(execute=True):
        joined = in_force(JOIN)
    assert sum(counted().values()) == sum(before.values())
    assert not any(signs for code, signs in counted().items() if code.startswith("440103"))
    with django_capture_on_commit_callbacks(execute=True):
        undone(joined)
    assert {code: signs for code, signs in counted().items() if signs} == {
        code: signs for code, signs in before.items() if signs
    }


def counted() -> dict[str, int]:
    """Street office → signs that stand, as the campaign tells it of today."""
    told = standings_on(days=[TODAY], within="4401")[TODAY]
    return {code: standing.signs for code, standing in told.items()}
