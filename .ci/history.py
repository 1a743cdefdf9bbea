"""Look for secrets in everything that was ever committed: `python .ci/history.py`. Exit code 1: there is something new.

What is known to be no secret (the tests' own keys, digests, examples) stands by its hash in `.ci/no_secrets.json`;
`--accept` writes that file anew, for a person to look at before it is committed.
"""

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
from detect_secrets.core.scan import scan_line
from detect_secrets.settings import transient_settings

KNOWN = Path(__file__).parent / "no_secrets.json"
TOO_VAGUE = {"KeywordDetector", "IPPublicDetector", "Base64HighEntropyString", "HexHighEntropyString"}
"""Detectors that take every line about keys for a key, or every long word."""
OWN = {
    "key of 32 bytes in base64 (ENCRYPTION_KEYS, SIGNING_KEYS)": re.compile(r"(?<![\w+/=-])[\w+/-]{43}=(?![\w=])"),
    "32 hex digits in quotes (WECHAT_SECRET)": re.compile(r"[\"'][0-9a-f]{32}[\"']"),
    "token of 32 bytes in quotes (LOOKUP_KEY)": re.compile(r"[\"'](?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{43}[\"']"),
}
"""What this program's own secrets look like."""
LOCKED = ("requirements.txt", "requirements-dev.txt")


def added_lines() -> Iterator[tuple[str, str]]:
    """Each line that any commit added, once, with its file."""
    log = subprocess.Popen(
        ["git", "log", "--all", "-p", "-U0", "--no-color", "--format="],  # noqa: S607
        stdout=subprocess.PIPE,
        text=True,
        errors="replace",
    )
    assert log.stdout is not None
    file, seen = "", set[tuple[str, str]]()
    for line in log.stdout:
        if line.startswith("+++ "):
            file = line[6:].strip()
        elif line.startswith("+") and (file, line) not in seen:
            seen.add((file, line))
            yield file, line[1:].rstrip("\n")
    if log.wait():
        sys.exit("git log failed; run this in a clone with its history")


def _digest(text: str) -> str:
    return hashlib.sha256(text.strip("\"'").encode()).hexdigest()


def main() -> None:
    """Scan, and say where."""
    plugins = [
        {"name": detector.__name__}
        for detector in get_mapping_from_secret_type_to_class().values()
        if detector.__name__ not in TOO_VAGUE
    ]
    found: dict[str, str] = {}
    with transient_settings({"plugins_used": plugins}):
        for file, line in added_lines():
            if not file.endswith(LOCKED):
                found |= {secret.secret_hash: f"{file}: {secret.type}" for secret in scan_line(line)}
                found |= {
                    _digest(match[0]): f"{file}: {kind}" for kind, one in OWN.items() for match in one.finditer(line)
                }
    if "--accept" in sys.argv:
        KNOWN.write_text(json.dumps(dict(sorted(found.items(), key=lambda one: one[1])), indent=1) + "\n")
        return
    known = json.loads(KNOWN.read_text())
    new = sorted(where for digest, where in found.items() if digest not in known)
    print("\n".join(new) or f"no secret in the history ({len(known)} strings are known to be none)")
    sys.exit(bool(new))


if __name__ == "__main__":
    main()
