"""Addresses of this app."""

from django.urls import path

from gazetteer.views import place, places

app_name = "gazetteer"
urlpatterns = [
    path("places/", places.places_list, name="places"),
    path("places/<uuid:pk>/", place.place_record, name="place"),
    path("places/<uuid:pk>/edit/", place.name_edit, name="name_edit"),
    path("places/<uuid:pk>/spelling/", place.spelling_preview, name="spelling"),
]
