"""Small wishes (微心愿)."""

from miniprogram_api.wishes.photos.routes import bp as photos
from miniprogram_api.wishes.routes import bp as wishes

BLUEPRINTS = (wishes, photos)
