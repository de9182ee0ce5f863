"""Addresses of this app."""

from django.urls import path

from boundaries.views import disagreements, divisions, history, lines, topology

app_name = "boundaries"
urlpatterns = [
    path("divisions/", divisions.divisions_list, name="divisions"),
    path("divisions/crosswalk/", history.crosswalk_page, name="crosswalk"),
    path("divisions/faults/", topology.faults_list, name="faults"),
    path("divisions/faults/check/", topology.faults_check, name="faults_check"),
    path("divisions/disagreements/", disagreements.disagreements_list, name="disagreements"),
    path("divisions/<str:code>/", divisions.division_record, name="division"),
    path("lines/", lines.lines_list, name="lines"),
    path("lines/<str:code>/", lines.line_record, name="line"),
    path("lines/<str:code>/inspections/new/", lines.inspection_new, name="inspection_new"),
]
