"""How the growth of processes is told from what a new start takes back."""

from benchmarks.watching import Life, Memory, of_lives


def life(seconds: int, mb_per_min: float, level_mb: float = 100, began: float = 0) -> Life:
    """Fills up within its first minute, then grows evenly."""
    return [
        (began + at, level_mb - max(0, 60 - at) / 6 + mb_per_min * max(0, at - 60) / 60) for at in range(0, seconds, 5)
    ]


def test_the_slope_is_that_of_each_life_and_a_new_start_is_no_growth_and_no_relief():
    grown = of_lives([life(305, 2.0), life(305, 2.0, level_mb=130, began=400)])
    assert grown == Memory(lives=2, longest_s=300, begins_mb=105.0, warm_mb=115.0, ends_mb=123.0, mb_per_h=120.0)


def test_what_a_process_fills_at_its_beginning_is_not_growth():
    assert of_lives([life(305, 0.0)]).mb_per_h == 0.0


def test_of_processes_that_were_killed_soon_no_slope_is_told():
    short = of_lives([life(120, 5.0), life(45, 5.0)])
    assert (short.lives, short.longest_s, short.mb_per_h) == (2, 115, None)
    assert short.warm_mb == 100.0
