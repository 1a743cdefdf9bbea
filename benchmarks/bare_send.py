"""The peer that sending is measured against: wechatpy's own client in a bare loop, on as many threads.

`python -m benchmarks.bare_send BASE_URL TEMPLATE THREADS < openids` sends one message to each openid with an access
token in hand, records nothing, and prints the seconds that it took.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor

import requests
from wechatpy import WeChatClient

SEND = "/cgi-bin/message/subscribe/send"


def main() -> None:
    """Send, and print the seconds."""
    base, template, threads, appid, secret = sys.argv[1:]
    openids = sys.stdin.read().split()
    WeChatClient.API_BASE_URL = base
    credentials = {"grant_type": "client_credential", "appid": appid, "secret": secret}
    answer = requests.post(base + "/cgi-bin/stable_token", json=credentials, timeout=5)
    client = WeChatClient(appid, secret, access_token=answer.json()["access_token"])
    adapter = requests.adapters.HTTPAdapter(pool_maxsize=int(threads))
    client._http.mount("http://", adapter)
    fields = {"thing1": "测量", "thing2": "测量", "time3": "2026年5月1日 09:00", "time4": "2026年5月1日 09:00"}
    data = {name: {"value": value} for name, value in {**fields, "thing5": "测量"}.items()}

    def send(openid: str) -> None:
        body = {"touser": openid, "template_id": template, "page": "pages/home/index", "data": data}
        client.post(SEND, data={**body, "miniprogram_state": "formal", "lang": "zh_CN"})

    started = time.perf_counter()
    with ThreadPoolExecutor(int(threads)) as pool:
        for _ in pool.map(send, openids):
            pass
    print(time.perf_counter() - started)


if __name__ == "__main__":
    main()
