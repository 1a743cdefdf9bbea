"""Ports: free ones, and those that a group wants, which are looked at before anything starts."""

import errno
import socket

from launcher.errors import PortInUse
from launcher.programs import Probe


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def check_ports(probes: list[Probe]) -> None:
    """Raises PortInUse, with the variable to set, for the first port that cannot be listened on."""
    seen: dict[int, Probe] = {}
    for probe in probes:
        if other := seen.get(probe.port):
            raise PortInUse(
                f"{other.variable} and {probe.variable} are both {probe.port}; set one of them differently."
            )
        seen[probe.port] = probe
        _check(probe)


def _check(probe: Probe) -> None:
    family = socket.AF_INET6 if ":" in probe.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do: TIME_WAIT is no obstacle
        try:
            listener.bind((probe.host, probe.port))
            listener.listen(1)
        except socket.gaierror:
            raise PortInUse(f"{probe.host} is no address of this machine; set HOST to another one.") from None
        except OSError as error:
            raise PortInUse(_sentence(probe, error)) from None


def _sentence(probe: Probe, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {probe.port} is already in use; set {probe.variable} to a free one, as {probe.variable}=18080."
    if error.errno == errno.EACCES:
        return f"Port {probe.port} needs more rights than this user has; set {probe.variable} to one above 1023."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{probe.host} is no address of this machine; set HOST to another one."
    return f"Port {probe.port} cannot be listened on ({error.strerror}); set {probe.variable} to another one."
