"""HTTP for wechatpy over urllib3 alone: `requests` on top takes more processor time than all else that a call costs."""

import os
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

import certifi
import requests
import urllib3

HEADERS = {"User-Agent": "online-community", "Accept": "*/*"}


@dataclass(frozen=True, slots=True)
class Response:
    """What wechatpy reads of an answer."""

    status: int
    content: bytes
    request: None = None

    def raise_for_status(self) -> None:
        """Raise requests.HTTPError, as wechatpy expects, unless it is a success."""
        if self.status >= 400:
            raise requests.HTTPError(f"HTTP {self.status}")


class Transport:
    """The connections to one server, kept open, for any number of threads.

    Honours REQUESTS_CA_BUNDLE and the proxy variables, as requests does; follows no redirect and repeats nothing.
    """

    def __init__(self, base_url: str, connections: int) -> None:
        address = urlsplit(base_url)
        proxy = None if proxy_bypass(address.netloc) else getproxies().get(address.scheme)
        options: dict[str, Any] = {"maxsize": connections, "retries": False, "headers": HEADERS}
        if address.scheme == "https":
            options["ca_certs"] = os.environ.get("REQUESTS_CA_BUNDLE") or certifi.where()
        pools = urllib3.ProxyManager(proxy, **options) if proxy else urllib3.PoolManager(**options)
        # Plain HTTP by a proxy names the whole address; otherwise the server's own pool is asked, with the path alone.
        self._whole = proxy is not None and address.scheme == "http"
        self._open: Any = pools if self._whole else pools.connection_from_url(base_url)
        self._origin = f"{address.scheme}://{address.netloc}"

    def request(
        self, method: str, url: str, *, params: dict[str, Any], data: bytes | str = b"", timeout: float | None = None
    ) -> Response:
        """One call, as wechatpy makes it; parameters that are None are left out. Raises urllib3's HTTPError."""
        query = urlencode({name: value for name, value in params.items() if value is not None})
        target = url if self._whole else url.removeprefix(self._origin)
        if query:
            target += f"?{query}"
        answer = self._open.urlopen(method.upper(), target, body=data or None, timeout=timeout, redirect=False)
        return Response(answer.status, answer.data)
