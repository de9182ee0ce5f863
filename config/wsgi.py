"""The entry point that config.serve serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from gazetteer.domain.search_keys import read_query  # noqa: E402
from gazetteer.queries.search_ways import stages  # noqa: E402

# The first searches would wait seconds for the tables of characters and readings.
for typed in ("路", "lu"):
    list(stages(read_query(typed)))
# What was read at the start stays for ever: no collection need look through it again.
gc.collect()
gc.freeze()
