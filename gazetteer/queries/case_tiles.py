"""Naming cases that are not over, as points of vector tiles: where each lies and what is due."""

from datetime import date
from typing import Any

from common.postgis import TILE_4490, TileQuery
from gazetteer.models import CaseKind, CaseState
from gazetteer.queries.cases import NEVER, OVER, cases_on

MOST_IN_A_TILE = 2_000


def case_tiles(*, z: int, at: date) -> list[TileQuery]:
    """``state``: overdue, due, or unknown where no deadline runs."""
    rows = cases_on(at=at).exclude(state_on__in=OVER).filter(geometry__isnull=False).order_by()
    values = rows.values(
        "id", "number", "kind", "text", "current_text", "geometry", "state_on", "due", "overdue"
    )
    sql, given = values.query.sql_with_params()
    params: dict[str, Any] = {f"case_{n}": value for n, value in enumerate(given)}
    sql = sql.replace("%%", "%") % tuple(f"%({name})s" for name in params)
    labels = "CASE found.state_on"
    for n, state in enumerate(CaseState):
        labels += f" WHEN '{state.value}' THEN %(label_{n})s"
        params[f"label_{n}"] = str(state.label)
    return [
        TileQuery(
            layer="cases",
            geometry="ST_Transform(ST_PointOnSurface(found.geometry), 3857)",
            attributes=f"""found.number AS key,
                CASE WHEN found.kind = '{CaseKind.RENAMING.value}'
                     THEN found.current_text || ' → ' || found.text
                     ELSE coalesce(nullif(found.text, ''), found.current_text) END AS name,
                '' AS name_en, '/cases/' || found.id || '/' AS url,
                {labels} ELSE '' END
                || CASE WHEN found.due < %(never)s THEN ' · ' || found.due ELSE '' END AS note,
                CASE WHEN found.overdue THEN 'overdue' WHEN found.due < %(never)s THEN 'due'
                     ELSE 'unknown' END AS state""",
            rows=f"""({sql}) found WHERE found.geometry && {TILE_4490}
                ORDER BY found.overdue DESC, found.due, found.number LIMIT {MOST_IN_A_TILE}""",
            params={**params, "never": NEVER},
        )
    ]
