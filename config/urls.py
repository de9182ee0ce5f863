"""Every address of the system; each app keeps its own list."""

import re
from importlib import import_module
from typing import Any

from django.urls import include, path, re_path

from api.views.lookups import api as lookups


def addresses_of(app: str) -> Any:
    """An app's addresses, looked through only for the words that they begin with.

    Without it every request is held against the patterns of all apps, some hundreds, one by one.
    """
    module = import_module(f"{app}.urls")
    words = {re.match(r"\w*", str(each.pattern))[0] for each in module.urlpatterns}  # type: ignore[index]
    return re_path(rf"^(?=(?:{'|'.join(sorted(words))})\b)", include(module))


urlpatterns = [
    path("", include("common.urls")),
    path("api/", lookups.urls),
    *map(
        addresses_of,
        ("accounts", "boundaries", "gazetteer", "signage", "facilities", "api", "compendium"),
    ),
]
handler404 = "common.middleware.page_not_found"
handler500 = "common.views.fault"
