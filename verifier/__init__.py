"""The verifier (核验程序): does the whole count of a meeting again from its bundle, and says in plain words what holds.

It needs Python 3.11 or later and the package `cryptography`, and shares no code with the program that made the bundle:
the format is docs/ballot-log.md, the law is Civil Code 278.
"""
