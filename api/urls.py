"""Addresses for standard clients."""

from django.urls import path

from api.views import (
    changes,
    following,
    identities,
    items,
    linked_places,
    match,
    ogc,
    reconcile,
    tiles,
    webhooks,
)

app_name = "api"
_ONE = "ogc/collections/<slug:name>"
urlpatterns = [
    # First, because a map asks for dozens at once.
    path(f"{_ONE}/tiles/<str:key>/<int:z>/<int:y>/<int:x>", tiles.tile, name="collection_tile"),
    path("ogc/", ogc.landing, name="landing"),
    path("ogc/conformance", ogc.conformance, name="conformance"),
    path("ogc/api", ogc.openapi, name="openapi"),
    path("ogc/collections", ogc.collections, name="collections"),
    path(_ONE, ogc.collection, name="collection"),
    path(f"{_ONE}/queryables", ogc.queryables, name="queryables"),
    path(f"{_ONE}/sortables", ogc.sortables, name="sortables"),
    path(f"{_ONE}/items", items.items, name="items"),
    path(f"{_ONE}/items/<str:identity>", items.item, name="item"),
    path("ogc/tileMatrixSets", tiles.matrix_sets, name="matrix_sets"),
    path("ogc/tileMatrixSets/<str:key>", tiles.matrix_set, name="matrix_set"),
    path(f"{_ONE}/tiles", tiles.tilesets, name="tilesets"),
    path(f"{_ONE}/tiles/<str:key>", tiles.tileset, name="tileset"),
    path("id/<slug:kind>/<str:key>", identities.identity, name="identity"),
    path("changes", changes.changes, name="changes"),
    path("lpf/places.json", linked_places.places_json, name="lpf"),
    path("lpf/places.tsv", linked_places.places_tsv, name="lp_tsv"),
    path("following/", following.following, name="following"),
    path("following/act/", following.follow_act, name="follow"),
    path("following/read/", following.notices_read, name="notices_read"),
    path("manage/webhooks/", webhooks.webhooks, name="webhooks"),
    path("manage/webhooks/<int:pk>/", webhooks.webhook_act, name="webhook_act"),
    path("match/", match.match_new, name="match"),
    path("match/<uuid:pk>/", match.match_list, name="match_list"),
    path("match/<uuid:pk>/forget/<int:decision>/", match.match_forget, name="match_forget"),
    path("match/<uuid:pk>/list.csv", match.match_file, name="match_file"),
    path("reconcile", reconcile.service, name="reconcile"),
    path("reconcile/suggest/entity", reconcile.suggest_entity, name="suggest_entity"),
    path("reconcile/suggest/type", reconcile.suggest_type, name="suggest_type"),
    path("reconcile/suggest/property", reconcile.suggest_property, name="suggest_property"),
    path("reconcile/match", reconcile.match, name="reconcile_match"),
    path("reconcile/extend", reconcile.extend, name="reconcile_extend"),
    path("reconcile/extend/propose", reconcile.propose, name="propose"),
    path("reconcile/preview", reconcile.preview, name="preview"),
]
