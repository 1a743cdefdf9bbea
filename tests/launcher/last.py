"""A stand-in for a step: says whether it was forked with the supervisor's code, and how it was marked."""

import os
import sys

from launcher import marks

if __name__ == "__main__":
    print("http.server" in sys.modules, os.environ[marks.PROGRAM_VARIABLE], sys.argv[0].rpartition("/")[2], flush=True)
    sys.exit("and this is why" if os.environ.get("LAST_FAILS") else 0)
