"""Ask for known weaknesses of the pinned requirements (pip-audit). Exit code 1: there are some.

Where the advisories cannot be reached, as behind a mirror of packages alone, it says so and ends with 0: nothing is
known then, which is not the same as safe.
"""

import json
import subprocess
import sys
from pathlib import Path


def main() -> None:
    """Ask, and say what is known."""
    pip_audit = Path(sys.executable).parent / "pip-audit"
    asked = [
        str(pip_audit),
        "-r",
        "requirements.txt",
        "--no-deps",
        "--disable-pip",
        "--format",
        "json",
        "--timeout",
        "10",
    ]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603
    try:
        answers = json.loads(done.stdout)["dependencies"]
    except ValueError:
        answers = []
    known = [one for one in answers if "vulns" in one]
    weak = [f"{one['name']} {one['version']}: {[v['id'] for v in one['vulns']]}" for one in known if one["vulns"]]
    if not known:
        print("advisories: NOT REACHED, nothing was audited")
    else:
        print("\n".join(weak) or f"advisories: none for {len(known)} of {len(answers)} packages")
    sys.exit(bool(weak))


if __name__ == "__main__":
    main()
