"""Every address of the system; each app keeps its own list."""

from django.urls import include, path

from api.views.lookups import api as lookups

urlpatterns = [
    path("", include("common.urls")),
    path("", include("accounts.urls")),
    path("", include("boundaries.urls")),
    path("", include("gazetteer.urls")),
    path("", include("signage.urls")),
    path("", include("facilities.urls")),
    path("", include("api.urls")),
    path("", include("compendium.urls")),
    path("api/", lookups.urls),
]
handler404 = "common.middleware.page_not_found"
handler500 = "common.views.fault"
