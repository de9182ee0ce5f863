"""Webhooks: how a message is signed, and how long to wait after a failure; pure."""

import hashlib
import hmac
from datetime import timedelta

# After so many failures in a row (about two days) a person has to look.
MOST_FAILURES = 12
LONGEST_WAIT = timedelta(hours=6)


def signature(secret: str, body: bytes) -> str:
    """The value of ``X-Diming-Signature``: the receiver works it out alike and compares."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def wait_after(failures: int) -> timedelta:
    """One minute, then twice as long each time, six hours at most."""
    return min(timedelta(minutes=2 ** min(failures - 1, 20)), LONGEST_WAIT)
