"""Whom the embedded servers run as. PostgreSQL refuses to run as root: then both run as a system user of their own."""

import contextlib
import os
import pwd
import stat
import subprocess
import time
from pathlib import Path

from launcher.errors import StartError

NAME = "pgserver"
_READ = stat.S_IRGRP | stat.S_IROTH
_READ_AND_TRAVERSE = _READ | stat.S_IXGRP | stat.S_IXOTH


def service_user() -> pwd.struct_passwd | None:
    """The servers' user where this process is root (made when missing); None: they run as whoever we are.

    Raises StartError when the user cannot be made.
    """
    if os.geteuid() != 0:
        return None
    command = ["useradd", "--system", "--no-create-home", NAME]
    for _ in range(50):  # processes that start together may find the user database locked
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(NAME)
        subprocess.run(command, check=False, capture_output=True)  # noqa: S603
        time.sleep(0.1)
    raise StartError(f"The system user '{NAME}', which runs PostgreSQL for root, cannot be made; make it with useradd.")


def make_private(folder: Path, user: pwd.struct_passwd | None) -> None:
    """Make a folder that `user` alone may enter (None: whoever we are); root may enter everything.

    Raises StartError where the folder is somebody else's: in a shared /tmp its name can be guessed.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    known = {os.geteuid(), user.pw_uid if user else os.geteuid()}
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in known:
        raise StartError(f"{folder} belongs to another user; remove it, or set TMPDIR to a folder of your own.")
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)
    folder.chmod(0o700)


def open_the_way(path: Path) -> None:
    """Where the servers' user is not us, let it pass through the folders above `path`: pass, not list or read."""
    if service_user() is None:
        return
    for folder in path.resolve().parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)


def make_readable(folder: Path) -> None:
    """Let the servers' user run what is installed under `folder`, also where a strict umask hid it."""
    open_the_way(folder)
    if service_user() is None or folder.stat().st_mode & _READ_AND_TRAVERSE == _READ_AND_TRAVERSE:
        return
    for path in (*folder.rglob("*"), folder):  # the folder last: it tells whether all was done
        wanted = _READ_AND_TRAVERSE if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else _READ
        path.chmod(path.stat().st_mode | wanted)


def become_service_user() -> None:
    """Turn this process into the servers' user, for good."""
    user = service_user()
    if user is None:
        return
    os.environ.update(HOME=user.pw_dir, USER=user.pw_name, LOGNAME=user.pw_name)
    os.initgroups(user.pw_name, user.pw_gid)
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)
