"""Addresses of this app."""

from django.urls import URLPattern

app_name = "signage"
urlpatterns: list[URLPattern] = []
