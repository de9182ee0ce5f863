"""Reference rows: sources, rules of law and standards, facility categories.

What every installation needs stands in ``fixtures/reference``, what is made up for the
demonstration apart, in ``fixtures/demo``.
"""

from collections import Counter

from django.apps import apps

from demo.parts import DemoOptions
from demo.reference_rows import FOLDER, MADE_UP, bring_up_to_date, read_rows


def load(options: DemoOptions) -> str:
    bring_up_to_date(FOLDER, MADE_UP)
    counts = Counter(
        str(apps.get_model(row["model"])._meta.verbose_name_plural)
        for row in read_rows(FOLDER, MADE_UP)
    )
    return ", ".join(f"{count} {label}" for label, count in counts.items())
