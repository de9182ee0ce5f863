"""Where every sign stands in its putting right on a day: lists, counts, map tiles.

One sentence of SQL judges each sign for all three, so that they can never disagree.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from common.postgis import TILE, TILE_4490, TileQuery
from signage.models import HIDDEN, SHOWN_SQL, TOLD, CheckRun, Finding

# In order of urgency; "open" and "all" below are filters, not states.
STATES = ("overdue", "due", "wrong", "check", "waived", "unknown", "ok")
NEEDS_WORK = ("overdue", "due", "wrong", "check")
EVERY_SIGN, NEEDING_WORK = "all", ""

# A finding counts on the days from its discovery to its resolution, an order from the moment it
# was given until it was closed. Only rules with a verified source make a sign wrong; failing
# provisional ones alone asks for a look. What was waived with a reason is left as it is.
_FINDINGS = """
    SELECT finding.sign_id,
           bool_or(rule.status = 'verified' AND waiver.id IS NULL) AS enforced,
           bool_and(waiver.id IS NOT NULL) AS waived,
           array_agg(finding.rule_id_text ORDER BY finding.rule_id_text) AS rules
    FROM signage_finding finding JOIN common_rule rule ON rule.id = finding.rule_id
    LEFT JOIN signage_rectificationorder waiver
           ON waiver.id = finding.waiver_id AND waiver.waived_at < %(night)s
    WHERE finding.found_on <= %(at)s::date
      AND (finding.resolved_on IS NULL OR finding.resolved_on > %(at)s::date)
"""
# How an order stood at the end of the day; a fix that was sent back later had been recorded then.
ORDER_STATE = """
    CASE WHEN work.waived_at < %(night)s THEN 'waived'
         WHEN work.closed_at < %(night)s THEN 'closed'
         WHEN work.verified_at < %(night)s THEN 'verified'
         WHEN work.fixed_at < %(night)s THEN 'fixed'
         ELSE coalesce((
            SELECT CASE WHEN fix.verified_at < %(night)s THEN 'verified' ELSE 'fixed' END
            FROM signage_sentbackfix fix
            WHERE fix.order_id = work.id AND fix.fixed_at < %(night)s
              AND fix.sent_back_at >= %(night)s LIMIT 1), 'ordered')
    END
"""
_ORDERS = f"""
    SELECT DISTINCT ON (work.sign_id) work.sign_id, work.due_on, work.cost,
           {ORDER_STATE} AS order_state
    FROM signage_rectificationorder work
    WHERE work.ordered_at < %(night)s AND (work.closed_at IS NULL OR work.closed_at >= %(night)s)
      AND (work.waived_at IS NULL OR work.waived_at >= %(night)s)
"""
_NEWEST = "ORDER BY work.sign_id, work.ordered_at DESC"


def _judged(findings: str, orders: str, signs: str = "signage_sign") -> str:
    return f"""
    SELECT sign.id, sign.number, sign.sign_class, sign.hanzi, sign.pinyin, sign.ground_colour,
           sign.division_code, sign.location, sign.responsible_body, sign.synthetic, sign.place_id,
           sign.approximate, sign.state IN ('standing', 'damaged') AS stands,
           coalesce(work.cost, sign.cost) AS cost, coalesce(found.rules, '{{}}') AS rules,
           work.order_state, work.due_on,
           CASE WHEN work.due_on < %(at)s::date THEN 'overdue'
                WHEN work.due_on IS NOT NULL THEN 'due'
                WHEN found.enforced THEN 'wrong'
                WHEN found.waived THEN 'waived'
                WHEN found.rules IS NOT NULL THEN 'check'
                WHEN sign.place_id IS NULL THEN 'unknown'
                ELSE 'ok' END AS state
    FROM {signs} sign
    LEFT JOIN {findings} found ON found.sign_id = sign.id
    LEFT JOIN {orders} work ON work.sign_id = sign.id
    WHERE sign.period @> %(at)s::date AND {SHOWN_SQL}
    """


# The same sentence twice: sign by sign for a page or a tile, all at once for counts.
_ONE_BY_ONE = (
    f"LATERAL ({_FINDINGS} AND finding.sign_id = sign.id GROUP BY finding.sign_id)",
    f"LATERAL ({_ORDERS} AND work.sign_id = sign.id {_NEWEST})",
)
JUDGED = _judged(*_ONE_BY_ONE)
JUDGED_AT_ONCE = _judged(f"({_FINDINGS} GROUP BY finding.sign_id)", f"({_ORDERS} {_NEWEST})")

COUNTED = ("looked", "state", "rule", "county")
# The columns of a SignRow.
ROW_COLUMNS = """
    number, sign_class, hanzi, pinyin, ground_colour, division_code, responsible_body, synthetic,
    approximate, rules, order_state, due_on, state, ST_X(location), ST_Y(location)
"""
# What nobody has taken up yet comes before what is being put right.
URGENCY = (
    "array_position(ARRAY['overdue','wrong','due','check','waived','unknown','ok'], judged.state)"
)


@dataclass(frozen=True, slots=True)
class SignFilter:
    """What a list shows. ``state`` is a state, "" for all that need work, "all" for every sign;

    ``within`` a code prefix, ``text`` part of the characters, spelling or number; ``place`` the
    id of a place that the sign is linked to or shows.
    """

    state: str = NEEDING_WORK
    rule: str = ""
    within: str = ""
    text: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class SignRow:
    """A sign as lists show it, with the ids of the rules it fails."""

    number: str
    sign_class: str
    hanzi: str
    pinyin: str
    ground_colour: str
    division_code: str
    responsible_body: str
    synthetic: bool
    approximate: bool
    rules: Sequence[str]
    order_state: str | None
    due_on: date | None
    state: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class SignPage:
    """A page of signs by number; ``before`` and ``after`` are the keys of its neighbours."""

    rows: list[SignRow]
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class SignCounts:
    """Signs by state, findings by rule, signs needing work by county (six digits).

    Not ``whole``: not every sign was looked at, so that each of them may be more.
    """

    by_state: dict[str, int]
    by_rule: dict[str, int]
    by_county: dict[str, int]
    whole: bool = True

    @property
    def needing_work(self) -> int:
        return sum(self.by_state.get(state, 0) for state in NEEDS_WORK)

    @property
    def total(self) -> int:
        return sum(self.by_state.values())


def night_of(at: date) -> datetime:
    """The moment at which the day ends: what happened during the day counts on it."""
    # No day comes after the last one of the calendar, by which programs may mean an open end.
    last = min(at, date.max - timedelta(days=1))
    return timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))


def day_values(at: date) -> dict[str, Any]:
    return {"at": at, "night": night_of(at)}


def conditions_of(chosen: SignFilter, *, by_state: bool) -> tuple[list[str], dict[str, Any]]:
    conditions, values = [], {}
    if chosen.within:
        conditions.append("division_code LIKE %(within)s")
        values["within"] = f"{chosen.within}%"
    if chosen.rule:
        conditions.append("%(rule)s = ANY(rules)")
        values["rule"] = chosen.rule
    if chosen.text:
        escaped = chosen.text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        conditions.append(
            "(hanzi ILIKE %(text)s OR number ILIKE %(text)s OR pinyin ILIKE %(text)s)"
        )
        values["text"] = f"%{escaped}%"
    if chosen.place:
        conditions.append(
            "(place_id = %(place)s::uuid OR id IN "
            "(SELECT sign_id FROM signage_shownplace WHERE place_id = %(place)s::uuid))"
        )
        values["place"] = chosen.place
    if by_state and chosen.state == NEEDING_WORK:
        conditions.append(f"state IN {NEEDS_WORK}")
    elif by_state and chosen.state != EVERY_SIGN:
        conditions.append("state = %(state)s")
        values["state"] = chosen.state
    return conditions, values


def sign_page(
    *, at: date, chosen: SignFilter, size: int, after: str = "", before: str = ""
) -> SignPage:
    """One page of the list, by sign number."""
    conditions, values = conditions_of(chosen, by_state=True)
    beside = list(conditions)
    if after:
        beside.append("number > %(key)s")
    elif before:
        beside.append("number < %(key)s")
    where = f"WHERE {' AND '.join(beside)}" if beside else ""
    backwards = bool(before and not after)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT {ROW_COLUMNS} FROM ({JUDGED}) judged {where}
            ORDER BY number {"DESC" if backwards else "ASC"} LIMIT %(size)s
            """,
            {**day_values(at), **values, "key": after or before, "size": size + 1},
        )
        rows = [SignRow(*row) for row in cursor.fetchall()]
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    has_previous = more if backwards else bool(after)
    has_next = bool(before) if backwards else more
    return SignPage(
        rows,
        before=rows[0].number if rows and has_previous else "",
        after=rows[-1].number if rows and has_next else "",
    )


def sign_counts(*, at: date, chosen: SignFilter, most: int | None = None) -> SignCounts:
    """Counts of everything but the chosen state, so that each filter tells what it would show.

    ``most``: how many signs to look at, the first by number; None looks at every one. A page
    counts a hundred thousand in half a second, and a million in four.
    """
    conditions, values = conditions_of(chosen, by_state=False)
    judged, where, picked = JUDGED_AT_ONCE, " AND ".join(conditions) or "true", "true"
    if most is not None:
        own, _ = conditions_of(replace(chosen, rule=""), by_state=False)
        held = " AND ".join(["period @> %(at)s::date", SHOWN_SQL, *own])
        first = f"(SELECT * FROM signage_sign sign WHERE {held} ORDER BY number LIMIT %(most)s)"
        judged, values = _judged(*_ONE_BY_ONE, first), {**values, "most": most + 1}
        where, picked = "true", "%(rule)s = ANY(rules)" if chosen.rule else "true"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH looked AS MATERIALIZED (
                SELECT state, rules, division_code, {picked} AS chosen
                FROM ({judged}) judged WHERE {where}
            ), shown AS (SELECT * FROM looked WHERE chosen)
            SELECT 'looked', '', count(*) FROM looked
            UNION ALL
            SELECT 'state', state, count(*) FROM shown GROUP BY state
            UNION ALL
            SELECT 'rule', rule, count(*) FROM shown, unnest(rules) rule GROUP BY rule
            UNION ALL
            SELECT 'county', left(division_code, 6), count(*) FROM shown
            WHERE state IN {NEEDS_WORK} GROUP BY 2 ORDER BY 1, 2
            """,
            {**day_values(at), **values},
        )
        counts: dict[str, dict[str, int]] = {kind: {} for kind in COUNTED}
        for kind, key, count in cursor.fetchall():
            counts[kind][key] = count
    whole = most is None or counts["looked"][""] <= most
    return SignCounts(counts["state"], counts["rule"], counts["county"], whole)


def findings_on(*, at: date, numbers: Sequence[str]) -> list[Finding]:
    """The findings of these signs on a day, with their rule and sign, by rule."""
    found = Finding.objects.on(at).filter(TOLD, sign__number__in=numbers)
    return list(found.select_related("rule", "sign").order_by("rule_id_text"))


def last_check(*, at: date, code: str) -> CheckRun | None:
    """The latest check up to a day that covered a division."""
    prefixes = [code[:length] for length in range(len(code) + 1)]
    runs = CheckRun.objects.filter(within__in=prefixes, day__lte=at)
    return runs.order_by("-day", "-finished_at").first()


def last_day_of_findings(*, within: str) -> date | None:
    """The last day on which a finding here was found or resolved."""
    kept = Finding.objects.filter(sign__division_code__startswith=within).exclude(sign__in=HIDDEN)
    days = kept.aggregate(found=Max("found_on"), resolved=Max("resolved_on"))
    return max((day for day in days.values() if day), default=None)


# Below this zoom signs are gathered in cells, twelve to a side of a tile (about 40 pixels), each
# with its most urgent state.
CLUSTERS_BELOW = 13
MOST_IN_A_TILE = 5000


def sign_tiles(*, z: int, at: date) -> list[TileQuery]:
    """Signs as points; below zoom 13 as clusters that carry their number and worst state."""
    return [_clusters(at) if z < CLUSTERS_BELOW else _points(at)]


def _points(at: date) -> TileQuery:
    return TileQuery(
        layer="signs",
        geometry="ST_Transform(location, 3857)",
        attributes=(
            "number AS key, hanzi AS name, pinyin AS name_en, '/signs/' || number || '/' AS url, "
            "state, array_to_string(rules, ' ') AS rules, 1 AS count"
        ),
        rows=f"""({JUDGED}) judged WHERE location && {TILE_4490}
                 ORDER BY {URGENCY}, number LIMIT {MOST_IN_A_TILE}""",
        params=day_values(at),
    )


def _clusters(at: date) -> TileQuery:
    cell = f"(ST_XMax({TILE}) - ST_XMin({TILE})) / 12"
    return TileQuery(
        layer="signs",
        geometry="place",
        attributes="key, name, name_en, url, state, '' AS rules, count",
        rows=f"""LATERAL (
            SELECT ST_Centroid(ST_Collect(ST_Transform(location, 3857))) AS place,
                   count(*)::int AS count,
                   (array_agg(judged.state ORDER BY {URGENCY}))[1] AS state,
                   CASE WHEN count(*) = 1 THEN min(number) ELSE '' END AS key,
                   CASE WHEN count(*) = 1 THEN min(hanzi) ELSE '' END AS name,
                   CASE WHEN count(*) = 1 THEN min(pinyin) ELSE '' END AS name_en,
                   CASE WHEN count(*) = 1 THEN '/signs/' || min(number) || '/' ELSE '' END AS url
            FROM ({JUDGED}) judged
            WHERE location && {TILE_4490}
            GROUP BY ST_SnapToGrid(ST_Transform(location, 3857), {cell})
        ) cluster""",
        params=day_values(at),
    )
