"""The guard of black entries (黑榜): refuses what tells who is meant, and says which part of the text and why. Pure.

Domain rules, section 5: conduct and place, never a name, door number, face, plate or phone, and never a minor. A
building or a stairwell is a place that may be named; a storey inside one, which leaves two to four households, is not.
Source: Civil Code 1024, 1025; PIPL 25, 31.
"""
