"""Why a group cannot start or go on. Each message is one plain sentence for the person at the terminal."""


class LauncherError(Exception):
    """Base of the errors that the command line prints without a traceback."""


class AlreadyRunning(LauncherError):
    """Something already runs in the data directory."""


class PortInUse(LauncherError):
    """A port is taken, or cannot be listened on."""


class StartError(LauncherError):
    """A server or program did not come up, or a step failed."""
