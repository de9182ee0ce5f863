"""Print what script/server must do about the demonstration set, for bash to read.

``load [arguments]``: nothing is there yet, or a load was interrupted and goes on as it began;
``keep``: the set is complete, or the database holds somebody's own data.
"""

import os
import sys
from pathlib import Path

import django
from django.core.exceptions import ImproperlyConfigured

sys.path.insert(0, str(Path.cwd()))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
try:
    django.setup()
except ImproperlyConfigured as error:
    sys.exit(f"error: {error}")

from boundaries.models import DivisionVersion
from demo.models import LoadedPart
from demo.parts import PARTS


def arguments(options: dict[str, object]) -> list[str]:
    chosen = ["--source", str(options.get("source", "amap"))]
    return chosen + [f"--{flag}" for flag in ("all", "small") if options.get(flag)]


def state() -> str:
    loaded = {part.name: part.options for part in LoadedPart.objects.all()}
    if not loaded:
        return "keep" if DivisionVersion.objects.exists() else "load"
    if set(loaded) >= set(PARTS):
        return "keep"
    return " ".join(["load", *arguments(next(iter(loaded.values())))])


sys.stdout.write(state() + "\n")
