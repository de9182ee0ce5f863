"""Addresses of this app."""

from django.urls import path

from compendium.views import entries, photos

app_name = "compendium"
urlpatterns = [
    path("compendium/", entries.desk, name="desk"),
    path("compendium/export/", entries.export, name="export"),
    path("compendium/photos/<uuid:pk>/", photos.entry_photo, name="photo"),
    path("compendium/photos/<uuid:pk>/remove/", photos.photo_remove, name="photo_remove"),
    path("compendium/<str:code>/photos/", photos.photo_add, name="photo_add"),
    path("compendium/<str:code>/", entries.entry_record, name="entry"),
    path("compendium/<str:code>/write/", entries.entry_write, name="entry_write"),
    path("compendium/<str:code>/sign/", entries.entry_sign, name="entry_sign"),
    path("compendium/<str:code>/word/", entries.entry_word, name="entry_word"),
    path("compendium/<str:code>/json/", entries.entry_json, name="entry_json"),
]
