"""Signing in to the console by scanning a mini-program code (扫码登录), and the browsers that are signed in."""
