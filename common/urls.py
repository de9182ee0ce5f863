"""Addresses of the shell."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.i18n import set_language

from common import views
from common.views import exports, imports, list_layouts, saved_filters

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("search/suggest/", views.search_suggest, name="search_suggest"),
    path("tiles/<slug:layer>/<int:z>/<int:x>/<int:y>.mvt", views.tile, name="tile"),
    path("jobs/", views.jobs, name="jobs"),
    path("jobs/<uuid:pk>/", views.job, name="job"),
    path("jobs/<uuid:pk>/progress/", views.job_progress, name="job_progress"),
    path("jobs/<uuid:pk>/cancel/", views.job_cancel, name="job_cancel"),
    path("jobs/<uuid:pk>/result/", views.job_result, name="job_result"),
    path("imports/", imports.imports, name="imports"),
    path("imports/new/", imports.import_new, name="import_new"),
    path("imports/<uuid:pk>/", imports.import_batch, name="import"),
    path("imports/<uuid:pk>/sheet/", imports.import_sheet, name="import_sheet"),
    path("imports/<uuid:pk>/check/", imports.import_check, name="import_check"),
    path("imports/<uuid:pk>/commit/", imports.import_commit, name="import_commit"),
    path("imports/<uuid:pk>/undo/", imports.import_undo, name="import_undo"),
    path("imports/<uuid:pk>/points.geojson", imports.import_points, name="import_points"),
    path("imports/<uuid:pk>/faults.csv", imports.import_faults, name="import_faults"),
    path("export/<slug:key>/", exports.list_export, name="list_export"),
    path("filters/", saved_filters.saved_filters, name="saved_filters"),
    path("filters/new/", saved_filters.saved_filter_new, name="saved_filter_new"),
    path("filters/<int:pk>/", saved_filters.saved_filter, name="saved_filter"),
    path("lists/layout/", list_layouts.list_layout, name="list_layout"),
    path("data/", views.sources, name="sources"),
    path("health", views.health, name="health"),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
]
