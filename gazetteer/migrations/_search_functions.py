"""Functions and the view that the search compares with: made before the index that calls them."""

from gazetteer.domain.folding import fold_pairs

# Letters and digits that mean the same are one: the pairs come from the installed OpenCC, so a new
# OpenCC with other pairs needs a migration that makes this function anew (a test compares them).
FOLD = """
CREATE FUNCTION gazetteer_search_fold(written text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $body$
SELECT lower(CASE WHEN normalize(written, NFKC) ~ {any_of}
                  THEN translate(normalize(written, NFKC), {before}, {after})
                  ELSE normalize(written, NFKC) END)
$body$;
"""

# What may be asked of a name beside how it begins: its characters, its pairs of characters, its
# stem (村委会 stands for 村), and its stem with any one character unknown, which is how a wrong or
# missing character is found. Hashes, because whole numbers are the smallest and fastest keys.
# Only built-in functions are called: an index must work under any search_path.
GRAMS = """
CREATE FUNCTION gazetteer_search_grams(folded text) RETURNS integer[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $body$
DECLARE
    short text := left(folded, 40);
    stem text := regexp_replace(
        regexp_replace(short, '村?村(民委员|委)会$', '村'),
        '(.)(社区)?居(民委员|委)会$', '\\1社区'
    );
    found integer[] := ARRAY[hashtext('=' || stem)];
BEGIN
    FOR place IN 1..length(stem) LOOP
        found := found || hashtext(overlay(stem PLACING '_' FROM place FOR 1));
    END LOOP;
    FOR place IN 1..length(short) LOOP
        found := found || hashtext(substr(short, place, 1));
        IF place < length(short) THEN
            found := found || hashtext(substr(short, place, 2));
        END IF;
    END LOOP;
    RETURN found;
END
$body$;
"""

# Rank: by what the place is, 0 to 9, then by length; names that are not the standard one stand
# a step behind. Committees are nine names in ten and come last.
SOURCE = """
CREATE VIEW gazetteer_searchkeysource AS
SELECT n.id AS name_id, n.place_id, keys.folded,
       coalesce(nullif(n.text, keys.folded), '') AS written,
       n.search_pinyin AS pinyin, n.search_initials AS initials,
       ((9 - greatest(keys.importance - CASE WHEN n.kind = 'standard' THEN 0 ELSE 1 END, 0)) * 30
        + least(length(n.text), 29))::smallint AS rank,
       p.legal_category AS category, p.division_code, n.period
FROM gazetteer_placename n
JOIN gazetteer_place p ON p.id = n.place_id
CROSS JOIN LATERAL (
    SELECT gazetteer_search_fold(n.text) AS folded,
           CASE WHEN p.legal_category = 'DIVISION' AND length(p.division_code) = 6 THEN
                     CASE WHEN p.division_code LIKE '%%0000' THEN 9
                          WHEN p.division_code LIKE '%%00' THEN 8 ELSE 7 END
                WHEN p.legal_category = 'DIVISION' THEN 5
                WHEN p.legal_category IN ('STREET', 'NATURAL', 'PARK_RESERVE') THEN 4
                WHEN p.legal_category = 'COMMITTEE_SEAT' THEN 1
                ELSE 3 END AS importance
) AS keys
WHERE n.status <> 'proposed' AND p.secrecy <> 'secret';
"""


def make_functions(apps, schema_editor):
    pairs = fold_pairs()
    literal = {
        "any_of": "'[" + "".join(pairs) + "]'",
        "before": "'" + "".join(pairs) + "'",
        "after": "'" + "".join(pairs.values()) + "'",
    }
    # No parameters: a function's body cannot take them, and none of the characters needs escaping.
    for statement in (FOLD.format(**literal), GRAMS, SOURCE.replace("%%", "%")):
        schema_editor.execute(statement, params=None)


def drop_functions(apps, schema_editor):
    for statement in (
        "DROP VIEW gazetteer_searchkeysource",
        "DROP FUNCTION gazetteer_search_grams(text)",
        "DROP FUNCTION gazetteer_search_fold(text)",
    ):
        schema_editor.execute(statement, params=None)
