"""GDAL and GEOS out of the fiona and shapely wheels, so that no system GDAL is needed."""

import os
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def _package_folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ImproperlyConfigured(f"The package {package} is missing: run script/setup.")
    return Path(spec.origin).parent


def _library(package: str, name: str) -> str:
    folder = _package_folder(package)
    found = sorted(folder.parent.glob(f"{package}.libs/{name}")) + sorted(
        folder.glob(f".dylibs/{name}")
    )
    if not found:
        raise ImproperlyConfigured(
            f"The installed {package} carries no {name}: install it from its binary wheel."
        )
    return str(found[0])


def library_paths() -> dict[str, str]:
    """Paths for GDAL_LIBRARY_PATH and GEOS_LIBRARY_PATH; points PROJ and GDAL at fiona's data."""
    # Importing the wheels loads what their libraries link to, which a bare dlopen cannot find.
    import_module("fiona")
    import_module("shapely")
    fiona = _package_folder("fiona")
    os.environ.setdefault("GDAL_DATA", str(fiona / "gdal_data"))
    os.environ.setdefault("PROJ_DATA", str(fiona / "proj_data"))
    return {
        "GDAL_LIBRARY_PATH": _library("fiona", "libgdal*.so*"),
        "GEOS_LIBRARY_PATH": _library("shapely", "libgeos_c*.so*"),
    }
