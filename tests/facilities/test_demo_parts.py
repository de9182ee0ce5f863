"""The demonstration population and facilities: census totals exact, places right, marks kept."""

import re
from datetime import date

import pytest
from django.contrib.gis.db.models.functions import Transform
from django.db.models import Count, F, Q, Sum

from boundaries.models import DivisionVersion, Level
from demo.parts import RECORDS_BEGIN
from demo.parts.population import CENSUS_2010, CITY_TOTAL
from facilities.models import Facility, FacilityCategory, PopulationCell
from facilities.queries.standard_names import standard_name

pytestmark = pytest.mark.usefixtures("demo")


def people(*prefixes):
    inside = Q()
    for prefix in prefixes:
        inside |= Q(division_code__startswith=prefix)
    return PopulationCell.objects.filter(inside).aggregate(n=Sum("people"))["n"]


class TestPopulation:
    def test_the_published_totals_add_up_to_the_city(self):
        assert sum(total for _, total in CENSUS_2010) == CITY_TOTAL == 12_701_948

    @pytest.mark.parametrize(("districts", "total"), CENSUS_2010)
    def test_every_controlled_total_is_met_to_the_person(self, districts, total):
        assert people(*districts) == total

    def test_the_city_is_met_to_the_person(self):
        assert people("4401") == CITY_TOTAL

    def test_the_ages_add_up_in_every_cell(self):
        parts = F("people_0_14") + F("people_15_59") + F("people_60_plus")
        assert not PopulationCell.objects.exclude(people=parts).exists()

    def test_the_citys_share_of_60_and_over_is_the_census_share(self):
        elders = PopulationCell.objects.aggregate(n=Sum("people_60_plus"))["n"]
        assert elders == round(CITY_TOTAL * 0.0974)

    def test_every_cell_says_that_it_is_synthetic_and_of_2010(self):
        assert not PopulationCell.objects.filter(synthetic=False).exists()
        assert set(PopulationCell.objects.values_list("base_on", flat=True).distinct()) == {
            date(2010, 11, 1)
        }

    def test_only_the_two_districts_split_by_the_model_are_approximate(self):
        rough = PopulationCell.objects.filter(approximate=True)
        codes = {code[:6] for code in rough.values_list("division_code", flat=True)}
        assert codes == {"440113", "440115"}

    def test_the_centre_of_a_cell_lies_in_its_district(self):
        districts = DivisionVersion.objects.on(RECORDS_BEGIN).within("4401").at_level(Level.COUNTY)
        for district in districts:
            astray = PopulationCell.objects.filter(division_code__startswith=district.code).exclude(
                centre__intersects=district.geometry
            )
            assert not astray.exists(), district

    def test_cells_are_squares_in_metres(self):
        cell = PopulationCell.objects.annotate(metres=Transform("geometry", 4547)).first()
        assert cell.metres.area == pytest.approx(2000 * 2000, rel=1e-6)


class TestFacilities:
    def test_the_subset_has_both_kinds(self):
        counted = Facility.objects.aggregate(
            all=Count("pk"), known=Count("pk", filter=Q(synthetic=False))
        )
        assert counted == {"all": 84, "known": 40}

    def test_each_says_where_it_comes_from(self):
        assert not Facility.objects.filter(synthetic=True).exclude(source="demo-synthetic").exists()
        known = Facility.objects.filter(synthetic=False)
        assert not known.exclude(source="public-knowledge", approximate=True).exists()

    def test_beds_of_real_facilities_are_not_made_up(self):
        assert not Facility.objects.filter(synthetic=False, beds__isnull=False).exists()

    def test_addresses_are_made_up_of_roads_on_record(self):
        assert not Facility.objects.filter(synthetic=False).exclude(address="").exists()
        told = Facility.objects.exclude(address="").select_related("street")
        assert told.exists()
        for facility in told:
            road = standard_name(place=facility.street, at=RECORDS_BEGIN)
            assert re.fullmatch(rf"{road}[1-9]\d*号", facility.address)
            far = facility.location.transform(4547, clone=True).distance(
                facility.street.geometry.transform(4547, clone=True)
            )
            assert far < 500

    def test_each_lies_in_the_division_that_it_is_recorded_under(self):
        shapes = {
            row.code: row.geometry
            for row in DivisionVersion.objects.on(RECORDS_BEGIN).within("4401").with_geometry()
        }
        for facility in Facility.objects.all():
            assert shapes[facility.division_code].intersects(facility.location), facility

    def test_every_category_knows_its_authority(self):
        rows = FacilityCategory.objects.prefetch_related("authorities")
        assert all(row.authority_on(date(2024, 5, 1)) for row in rows)
        moved = {row.code for row in rows if row.moved_away(date(2024, 5, 1))}
        assert moved == {"DIS-STORE", "MIL-REST", "MIL-SUPPLY", "MIL-HONOR", "MART-SITE"}
        assert not any(row.moved_away(date(2017, 1, 1)) for row in rows)
