"""`python -m launcher.migrate`: the newest schema, as by `flask --app wsgi db upgrade`, without what serves people."""

import sys

from app.bootstrap import create_app, upgrade_schema
from app.core.errors import ConfigurationError
from app.core.settings import load_settings


def main() -> None:
    """Ends with a sentence where a setting is wrong."""
    try:
        application = create_app(load_settings())
    except ConfigurationError as error:
        sys.exit(str(error))
    with application.app_context():
        upgrade_schema()


if __name__ == "__main__":
    main()
