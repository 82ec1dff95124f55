"""The WSGI entry point: `gunicorn wsgi:app`, `flask --app wsgi …`."""

import gc
import sys

from inspection import create_app
from inspection.errors import SettingError

gc.disable()  # what is imported stays: looking for what went takes 0.15 s and finds nothing
try:
    app = create_app()
except SettingError as error:
    sys.exit(f"error: {error}")
gc.freeze()
gc.enable()
