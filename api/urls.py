"""Addresses for standard clients."""

from django.urls import path

from api.views import items, ogc

app_name = "api"
_ONE = "ogc/collections/<slug:name>"
urlpatterns = [
    path("ogc/", ogc.landing, name="landing"),
    path("ogc/conformance", ogc.conformance, name="conformance"),
    path("ogc/api", ogc.openapi, name="openapi"),
    path("ogc/collections", ogc.collections, name="collections"),
    path(_ONE, ogc.collection, name="collection"),
    path(f"{_ONE}/queryables", ogc.queryables, name="queryables"),
    path(f"{_ONE}/items", items.items, name="items"),
    path(f"{_ONE}/items/<str:identity>", items.item, name="item"),
]
