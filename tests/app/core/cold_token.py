"""A process without a token, which fetches one when its input ends: `python -m tests.app.core.cold_token`."""

import sys

from app.core import queueing, wechat
from app.core.settings import load_settings

if __name__ == "__main__":
    settings = load_settings()
    queueing.configure(settings.effective_redis_url)
    wechat.configure(settings)
    wechat.client()
    print("ready", flush=True)
    sys.stdin.read()
    print(wechat.client().access_token, flush=True)
