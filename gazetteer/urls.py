"""Addresses of this app."""

from django.urls import path

from gazetteer.views import export, here, naming, place, places

app_name = "gazetteer"
urlpatterns = [
    path("here/", here.here, name="here"),
    path("places/", places.places_list, name="places"),
    path("places/alike/", naming.alike_list, name="alike"),
    path("places/check/", naming.check_as_typed, name="check"),
    path(
        "places/<uuid:pk>/findings/<slug:rule_id>/override/",
        naming.override_new,
        name="override_new",
    ),
    path("places/export/", export.places_export, name="places_export"),
    path("places/<uuid:pk>/", place.place_record, name="place"),
    path("places/<uuid:pk>/edit/", place.name_edit, name="name_edit"),
    path("places/<uuid:pk>/spelling/", place.spelling_preview, name="spelling"),
]
