"""Keys by which programs read in a person's name; pure."""

import base64
import binascii
import hashlib
import secrets
from collections.abc import Mapping
from enum import StrEnum

MARK = "dm_"
SHOWN = 8


class Scope(StrEnum):
    READ = "read"
    WRITE = "write"


def new_key() -> str:
    """256 bits, so that a plain digest keeps them safe."""
    return MARK + secrets.token_urlsafe(32)


def digest_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def key_in(headers: Mapping[str, str], query: Mapping[str, str]) -> str:
    """The key of a request: ``Authorization: Bearer``, Basic (as password), or ``?key=``; or ""."""
    way, _, told = headers.get("Authorization", "").partition(" ")
    if way.lower() == "bearer":
        return told.strip()
    if way.lower() == "basic":
        try:
            name, _, password = base64.b64decode(told, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeError, ValueError):
            return MARK
        return password or name
    return query.get("key", "")
