"""What people send without signing in is counted by address, so that nobody floods the queue."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.crypto import salted_hmac

from common.errors import Refusal
from gazetteer.models import OpenPost
from gazetteer.queries.law_numbers import OPEN, number_of

KEPT = timedelta(days=1)


class TooMany(Refusal):
    template = "Too much was sent from your address within an hour: please try again later."


def count_open_post(*, address: str, at: datetime) -> None:
    """Count one submission; raises :class:`TooMany` beyond the number that rule L-OPEN allows.

    Addresses are kept as keyed hashes, for a day.
    """
    hashed = salted_hmac("gazetteer.open_post", address, algorithm="sha256").hexdigest()
    OpenPost.objects.filter(at__lt=at - KEPT).delete()
    recent = OpenPost.objects.filter(address=hashed, at__gt=at - timedelta(hours=1)).count()
    if recent >= number_of(OPEN, "per_hour", at=timezone.localdate(at)):
        raise TooMany
    OpenPost.objects.create(address=hashed, at=at)
