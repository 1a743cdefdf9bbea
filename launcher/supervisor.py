"""`python -m launcher.supervisor -n -c FILE`: supervisord, which can load the product before it starts programs."""

import sys

from supervisor import supervisord  # type: ignore[import-untyped]

from launcher.preloading import Options


def main() -> None:
    """As supervisord's own."""
    options = Options()
    options.realize(sys.argv[1:], doc=__doc__)
    options.first, options.test = True, False
    supervisord.go(options)
    options.close_httpservers()
    options.close_logger()


if __name__ == "__main__":
    main()
