"""The WSGI application: every face over one app. Served by granian: `granian --interface wsgi wsgi:application`.

While it is loaded nothing becomes garbage: the collector is off meanwhile, and looks at what was loaded never again.
"""

import gc

gc.disable()

import sys

from app.bootstrap import create_app
from app.core.errors import ConfigurationError
from app.core.settings import load_settings
from commands import register as register_commands
from console import register as register_console
from miniprogram_api import register as register_miniprogram_api

try:
    application = create_app(load_settings())
except ConfigurationError as error:
    sys.exit(str(error))
register_miniprogram_api(application)
register_console(application)
register_commands(application)
gc.freeze()
gc.enable()
