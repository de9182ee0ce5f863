"""Addresses of this app."""

from django.urls import path

from boundaries.views import divisions, history, lines

app_name = "boundaries"
urlpatterns = [
    path("divisions/", divisions.divisions_list, name="divisions"),
    path("divisions/crosswalk/", history.crosswalk_page, name="crosswalk"),
    path("divisions/<str:code>/", divisions.division_record, name="division"),
    path("lines/", lines.lines_list, name="lines"),
    path("lines/<str:code>/", lines.line_record, name="line"),
    path("lines/<str:code>/inspections/new/", lines.inspection_new, name="inspection_new"),
]
