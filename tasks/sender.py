"""A process that sends messages: `python -m tasks.sender [URGENCY...]`. Any number of them share the outbox.

One that serves critical messages alone has the processor at once when one comes, whatever a fan-out takes of it.
"""

import argparse
import signal
import sys
import threading
from types import FrameType

import structlog

from app.bootstrap import create_app
from app.core import metrics
from app.core.errors import ConfigurationError
from app.core.queueing import Urgency
from app.core.settings import load_settings
from app.notifications import sender

log = structlog.get_logger(__name__)


def main() -> None:
    """Send until told to stop (SIGTERM or SIGINT): what is under way is finished, the rest is given back."""
    metrics.this_process_is("sender")
    parser = argparse.ArgumentParser(prog="tasks.sender", description="Send messages.")
    parser.add_argument("urgencies", nargs="*", type=Urgency, metavar="URGENCY", help="those to serve (all)")
    urgencies = parser.parse_args().urgencies or list(Urgency)
    try:
        settings = load_settings()
    except ConfigurationError as error:
        sys.exit(str(error))
    stop = threading.Event()

    def ask_to_stop(signum: int, frame: FrameType | None) -> None:
        stop.set()

    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, ask_to_stop)
    with create_app(settings).app_context():
        log.info("sender_started", threads=settings.send_threads)
        log.info("sender_stopped", attempted=sender.run(settings, urgencies, stop))


if __name__ == "__main__":
    main()
