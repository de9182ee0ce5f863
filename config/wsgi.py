"""The entry point that gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
# What was read at the start stays for ever: no collection need look through it again.
gc.collect()
gc.freeze()
