"""A stand-in for WeChat's server, on loopback, for development, tests and demonstrations.

Paths, shapes, codes and error texts are those of WeChat's server documentation. What WeChat enforces is enforced
here too, so that a program that works against the simulator has met single-use codes, one message per accept, field
limits, expiring tokens and lost replies before it meets residents.
"""
