"""Settings from the environment, failing loudly with one sentence each."""

import os
from collections.abc import Mapping
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

DEVELOPMENT_KEY = "development-only-not-a-secret"
ENVIRONMENTS = ("development", "production")


class Environment:
    """Reads one process environment; production refuses what only development may have."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self.values = os.environ if values is None else values
        self.name = self.values.get("DIMING_ENV", "production")
        if self.name not in ENVIRONMENTS:
            raise ImproperlyConfigured(
                f"DIMING_ENV is {self.name!r}: it must be one of {', '.join(ENVIRONMENTS)}."
            )

    @property
    def production(self) -> bool:
        return self.name == "production"

    def flag(self, key: str, default: bool) -> bool:
        text = self.values.get(key, "")
        if text == "":
            return default
        if text not in ("0", "1"):
            raise ImproperlyConfigured(f"{key} is {text!r}: it must be 0 or 1.")
        return text == "1"

    def debug(self) -> bool:
        debug = self.flag("DEBUG", default=not self.production)
        if debug and self.production:
            raise ImproperlyConfigured("DEBUG=1 is refused in production: unset DEBUG.")
        return debug

    def secret_key(self) -> str:
        key = self.values.get("SECRET_KEY", "")
        if not self.production:
            return key or DEVELOPMENT_KEY
        if key in ("", DEVELOPMENT_KEY) or len(key) < 32:
            raise ImproperlyConfigured(
                "SECRET_KEY is missing, the default or shorter than 32 characters: production "
                "needs a long random one, for example from `openssl rand -base64 48`."
            )
        return key

    def allowed_hosts(self) -> list[str]:
        hosts = [h.strip() for h in self.values.get("ALLOWED_HOSTS", "").split(",") if h.strip()]
        if not self.production:
            return hosts or ["localhost", "127.0.0.1", "[::1]"]
        if not hosts or any(h == "*" or h.startswith(".") for h in hosts):
            raise ImproperlyConfigured(
                "ALLOWED_HOSTS is empty or open: production needs the exact host names, "
                "separated by commas."
            )
        return hosts

    def database(self) -> dict[str, Any]:
        url = self.values.get("DATABASE_URL", "")
        if not url:
            raise ImproperlyConfigured(
                "DATABASE_URL is not set: run through script/manage, which starts the embedded "
                "database, or give postgis://user:password@host:5432/name."
            )
        try:
            parsed: dict[str, Any] = dict(dj_database_url.parse(url, conn_health_checks=True))
        except (ValueError, dj_database_url.ParseError) as error:
            raise ImproperlyConfigured(
                "DATABASE_URL cannot be read: it must look like "
                "postgis://user:password@host:5432/name."
            ) from error
        if not parsed.get("NAME"):
            raise ImproperlyConfigured("DATABASE_URL names no database: end it with /name.")
        parsed["ENGINE"] = "config.postgis"
        parsed["CONN_MAX_AGE"] = 60
        parsed.setdefault("OPTIONS", {})["connect_timeout"] = 5
        return parsed
