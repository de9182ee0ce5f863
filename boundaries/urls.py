"""Addresses of this app."""

from django.urls import path

from boundaries.views import lines

app_name = "boundaries"
urlpatterns = [
    path("lines/", lines.lines_list, name="lines"),
    path("lines/<str:code>/", lines.line_record, name="line"),
    path("lines/<str:code>/inspections/new/", lines.inspection_new, name="inspection_new"),
]
