"""Synthetic notices in every step, complaints, suggestions, names on a list of protected names."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from demo.law_people import write_protections, write_suggestions
from demo.law_rows import PEOPLE, streets_of, write_complaints, write_notices
from demo.parts import DemoOptions


def load(options: DemoOptions) -> str:
    people = {user.username: user for user in User.objects.filter(username__in=PEOPLE)}
    if len(people) < len(PEOPLE):
        return "no demonstration accounts, so no notices"
    now = timezone.now().replace(hour=2, minute=30, second=0, microsecond=0)
    now = min(now, timezone.now()) - timedelta(days=1)
    places = streets_of(("440106", "440104", "440103", "440105", "440111"))
    if not places:
        return "no streets, so no notices"
    complaints = write_complaints(now, people, places)
    notices = write_notices(now, people, places, complaints)
    suggestions = write_suggestions(now, people, places)
    protections = write_protections(now)
    return (
        f"{notices} notices, {len(complaints)} complaints, {suggestions} suggestions, "
        f"{protections} protected names"
    )
