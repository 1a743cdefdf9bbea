"""What a process keeps of what it was last asked about."""

from app.core.recent import Recent


def test_what_was_not_asked_for_the_longest_goes_first():
    recent: Recent[str, int] = Recent(2)
    assert recent.get("first") is None
    assert recent.put("first", 1) == 1
    recent.put("second", 2)
    assert recent.get("first") == 1
    recent.put("third", 3)
    assert [recent.get(key) for key in ("first", "second", "third")] == [1, None, 3]
    recent.put("first", 4)
    recent.put("fourth", 5)
    assert [recent.get(key) for key in ("first", "third", "fourth")] == [4, None, 5]
    recent.clear()
    assert recent.get("first") is None
