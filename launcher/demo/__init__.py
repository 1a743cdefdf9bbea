"""The demonstration: an owners' meeting from the roll to the published result, over the product's public HTTP alone.

`python -m launcher.demo` plays it, `python -m launcher.demo.data` adds what `make run` shows, and
`python -m launcher.demo.recovery` plays it while programs are killed.
"""
