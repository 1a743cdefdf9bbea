"""How often an address may be asked by one client: for what needs no sign-in. Counted in Redis, over all processes."""

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from app.core.settings import Settings

limiter = Limiter(get_remote_address, strategy="fixed-window", in_memory_fallback_enabled=True)


def install(application: Flask) -> None:
    """Count in the settings' Redis; while that is away, each process counts for itself."""
    settings: Settings = application.config["SETTINGS"]
    address = settings.effective_redis_url
    application.config["RATELIMIT_STORAGE_URI"] = f"redis+{address}" if address.startswith("unix:") else address
    application.config["RATELIMIT_KEY_PREFIX"] = settings.embedded_database
    limiter.init_app(application)
