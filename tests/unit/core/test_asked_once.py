"""What a page asks again and again is asked once, and by an act anew."""

from app.core.asked_once import asked_once, once


def test_an_answer_is_kept_while_a_page_is_made_and_no_longer():
    asked: list[str] = []

    def ask(name: str) -> int:
        def answer() -> int:
            asked.append(name)
            return len(asked)

        return once(name, answer)

    assert [ask("a"), ask("a")] == [1, 2], "an act asks anew"
    with asked_once():
        assert [ask("a"), ask("b"), ask("a")] == [3, 4, 3]
    with asked_once():
        assert ask("a") == 5, "nothing outlives the page"
