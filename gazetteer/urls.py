"""Addresses of this app."""

from django.urls import URLPattern

app_name = "gazetteer"
urlpatterns: list[URLPattern] = []
