"""Addresses of this app."""

from django.urls import path

from boundaries.views import (
    adjustments,
    disagreements,
    divisions,
    history,
    lines,
    markers,
    topology,
)

app_name = "boundaries"
urlpatterns = [
    path("divisions/", divisions.divisions_list, name="divisions"),
    path("divisions/crosswalk/", history.crosswalk_page, name="crosswalk"),
    path("divisions/faults/", topology.faults_list, name="faults"),
    path("divisions/faults/check/", topology.faults_check, name="faults_check"),
    path("divisions/disagreements/", disagreements.disagreements_list, name="disagreements"),
    path("divisions/<str:code>/", divisions.division_record, name="division"),
    path("adjustments/", adjustments.adjustments_list, name="adjustments"),
    path("adjustments/new/", adjustments.adjustment_new, name="adjustment_new"),
    path("adjustments/<uuid:pk>/", adjustments.adjustment_record, name="adjustment"),
    path("adjustments/<uuid:pk>/edit/", adjustments.adjustment_edit, name="adjustment_edit"),
    path("adjustments/<uuid:pk>/<slug:step>/", adjustments.adjustment_step, name="adjustment_step"),
    path("lines/", lines.lines_list, name="lines"),
    path("lines/<str:code>/", lines.line_record, name="line"),
    path("lines/<str:code>/inspections/new/", lines.inspection_new, name="inspection_new"),
    path("lines/<str:code>/markers/new/", markers.marker_new, name="marker_new"),
    path("markers/", markers.marker_list, name="markers"),
    path("markers/photos/<uuid:pk>/", markers.marker_photo, name="marker_photo"),
    path("markers/<str:number>/", markers.marker_record, name="marker"),
    path("markers/<str:number>/sheet.docx", markers.marker_sheet, name="marker_sheet"),
    path("markers/<str:number>/edit/", markers.marker_edit, name="marker_edit"),
    path("markers/<str:number>/visit/", markers.marker_visit, name="marker_visit"),
]
