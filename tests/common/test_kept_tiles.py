"""Made tiles hold while nobody has written what they were read from, and not a moment longer."""

import json
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction

from common import kept_tiles
from common.kept_tiles import MARKED, MOST_MARKS, kept_tile
from common.models import TableChange
from common.postgis import WEB, make_tile
from common.registries import map_layers
from facilities.models import Facility
from gazetteer.models import Place
from signage.models import Sign

TODAY = date(2024, 5, 1)
SPOT = {"z": 9, "x": 417, "y": 222}


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Counts the tiles that were really made."""
    seen: list[int] = []

    def counted(*args: Any, **kwargs: Any) -> bytes:
        seen.append(1)
        return make_tile(*args, **kwargs)

    monkeypatch.setattr(kept_tiles, "make_tile", counted)
    monkeypatch.setattr(kept_tiles, "_kept", kept_tiles._Kept())
    return seen


def tile(key: str = "facilities", **more: int) -> tuple[bytes, str]:
    layer = map_layers()[key]
    spot = {**SPOT, **more}
    return kept_tile(layer.tiles(z=spot["z"], at=TODAY), tables=layer.tables, **spot)


def test_what_has_not_changed_is_not_made_again(own_database: str, made: list[int]) -> None:
    before, tag = tile()
    assert tile() == (before, tag) and len(made) == 1
    Facility.objects.update(operator="改")
    tile()
    assert len(made) == 2
    moved = Facility.objects.on(TODAY).filter(location__within=box()).first()
    assert moved and moved.name.encode() in tile()[0]
    Facility.objects.filter(pk=moved.pk).update(name="改名之家")
    assert "改名之家".encode() in tile()[0] and tile()[1] != tag
    # Another table is another matter.
    tile("places")
    number = len(made)
    Facility.objects.update(operator="")
    tile("places")
    assert len(made) == number


def test_of_a_column_alone_only_another_value_counts(own_database: str, made: list[int]) -> None:
    sign = Sign.objects.on(TODAY).filter(location__within=box()).first()
    assert sign is not None
    before, _tag = tile("signs")
    Place.objects.get(pk=sign.place_id).save()
    Place.objects.filter(pk=sign.place_id).update(description="改", secrecy="public")
    assert tile("signs")[0] == before and len(made) == 1
    Place.objects.filter(pk=sign.place_id).update(secrecy="secret")
    assert tile("signs")[0] != before and len(made) == 2
    Place.objects.filter(pk=sign.place_id).update(secrecy="public")
    assert tile("signs")[0] == before and len(made) == 3


def test_what_is_not_committed_is_seen_by_its_writer_alone(
    own_database: str, made: list[int]
) -> None:
    before = tile()
    with pytest.raises(RuntimeError), transaction.atomic():
        Facility.objects.update(name="从未有过")
        assert "从未有过".encode() in tile()[0]
        raise RuntimeError
    assert tile() == before


def test_many_marks_become_one(own_database: str, made: list[int]) -> None:
    facility = Facility.objects.on(TODAY).first()
    for number in range(MOST_MARKS + 5):
        Facility.objects.filter(pk=facility.pk).update(operator=str(number))
    # Old ones: what other tests have open at this moment decides nothing.
    TableChange.objects.update(transaction=1)
    content, _tag = tile()
    assert marks() <= len({name for each in map_layers().values() for name in each.tables})
    assert tile()[0] == content
    Facility.objects.filter(pk=facility.pk).update(operator="last")
    number = len(made)
    tile()
    assert len(made) == number + 1


def test_the_last_asked_for_stay(
    own_database: str, made: list[int], monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.KEPT_TILES_MB = len(tile()[0]) * 1.5 / 1024 / 1024
    tile(z=8, x=208, y=111)
    tile(z=8, x=208, y=111)
    assert len(made) == 2
    tile()
    assert len(made) == 3


@pytest.mark.django_db
@pytest.mark.parametrize("key", sorted(map_layers()))
def test_layers_name_every_table_that_their_tiles_read(demo: Any, key: str) -> None:
    layer = map_layers()[key]
    read: set[str] = set()
    for z in range(layer.min_zoom, 19):
        for query in layer.tiles(z=z, at=TODAY):
            sql = f"""EXPLAIN (FORMAT JSON) WITH tile AS MATERIALIZED (
                    SELECT {WEB.tile} AS env
                ) SELECT {query.attributes}, {query.geometry} FROM tile, {query.rows}"""
            with connection.cursor() as cursor:
                cursor.execute(sql, {**query.params, "z": z, "x": 0, "y": 0})
                plan = cursor.fetchone()[0]
            read |= relations(plan if isinstance(plan, list) else json.loads(plan))
    assert read and read <= set(layer.tables)
    with connection.cursor() as cursor:
        cursor.execute(MARKED)
        assert set(layer.tables) <= {name for (name,) in cursor.fetchall()}


def relations(plan: Any) -> set[str]:
    if isinstance(plan, list):
        return {name for each in plan for name in relations(each)}
    if not isinstance(plan, dict):
        return set()
    own = {plan["Relation Name"]} if "Relation Name" in plan else set()
    return own | {name for each in plan.values() for name in relations(each)}


def box() -> Any:
    from django.contrib.gis.geos import Polygon

    found = Polygon.from_bbox((113.3, 23.0, 113.8, 23.3))
    found.srid = 4490
    return found


def marks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM common_tablechange")
        return int(cursor.fetchone()[0])
