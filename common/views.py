"""The shell's own pages: home, search, tiles, jobs."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from common.registries import cards


def home(request: HttpRequest) -> HttpResponse:
    return render(request, "home.html", {"cards": cards(at=request.day, jurisdiction="4401")})
