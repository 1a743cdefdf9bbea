"""Written mandates: proxies and the developer's delegate."""
