"""The API of the red/black list."""

from miniprogram_api.noticeboard.routes import bp as noticeboard
from miniprogram_api.noticeboard.voices.routes import bp as voices

BLUEPRINTS = (noticeboard, voices)
