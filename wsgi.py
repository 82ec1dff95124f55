"""The WSGI entry point: `gunicorn wsgi:app`, `flask --app wsgi …`."""

import sys

from inspection import create_app
from inspection.errors import SettingError

try:
    app = create_app()
except SettingError as error:
    sys.exit(f"error: {error}")
