"""How many lists of dead senders another process finds: `python -m tests.app.notifications.left_behind FOLDER`."""

import sys
from pathlib import Path

from app.notifications.outbox.journal import left_behind

if __name__ == "__main__":
    print(len(left_behind(Path(sys.argv[1]))))
