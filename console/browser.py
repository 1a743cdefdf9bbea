"""What a browser calls itself, for a person: "Windows 上的 Chrome"."""

import re

SYSTEMS = {
    "HarmonyOS": r"HarmonyOS|OpenHarmony",
    "Android": r"Android",
    "iPhone": r"iPhone",
    "iPad": r"iPad",
    "Windows": r"Windows",
    "Mac": r"Macintosh",
    "Linux": r"Linux|X11",
}
BROWSERS = {
    "微信": r"MicroMessenger",
    "Edge": r"Edg[A-Za-z]*/",
    "QQ 浏览器": r"QQBrowser",
    "搜狗浏览器": r"MetaSr",
    "UC 浏览器": r"UCBrowser",
    "Firefox": r"Firefox/|FxiOS",
    "Chrome": r"Chrome/|CriOS",
    "Safari": r"Safari/",
}


def named(user_agent: str) -> str:
    """The browser that a User-Agent header stands for; "未知浏览器" for one that nobody knows."""
    browser, system = _first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)
    if not browser:
        return "未知浏览器"
    return f"{system} 上的 {browser}" if system else browser


def _first(patterns: dict[str, str], text: str) -> str:
    return next((name for name, pattern in patterns.items() if re.search(pattern, text)), "")
