"""The WSGI application: every face over one app. Served by granian: `granian --interface wsgi wsgi:application`.

While it is loaded nothing becomes garbage: the collector is off meanwhile, and looks at what was loaded never again.
`flask --app wsgi …` loads the operators' commands instead of the faces.
"""

import gc

gc.disable()

import os
import sys

from app.bootstrap import create_app
from app.core.errors import ConfigurationError
from app.core.settings import load_settings

ABOUT_ROUTES = {"routes", "run", "shell"}
"""Flask's own commands that look at the faces; no other does, and they take longer to load than all else."""

try:
    application = create_app(load_settings())
except ConfigurationError as error:
    sys.exit(str(error))
is_command = "FLASK_RUN_FROM_CLI" in os.environ  # set by Flask
if is_command:
    from commands import register as register_commands

    register_commands(application)
if not is_command or ABOUT_ROUTES & set(sys.argv):
    from console import register as register_console
    from miniprogram_api import register as register_miniprogram_api

    register_miniprogram_api(application)
    register_console(application)
gc.freeze()
gc.enable()
