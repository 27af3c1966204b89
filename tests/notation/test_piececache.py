from __future__ import annotations

from grader.notation.piececache import MAX_KEPT, recalled


def test_short_texts_are_remembered_with_what_else_was_told_and_long_ones_are_not() -> None:
    calls: list[tuple[str, int]] = []

    @recalled(2)
    def work(text: str, times: int, *, loud: bool = False) -> str:
        calls.append((text, times))
        return text * times + "!" * loud

    assert [work("a", 2), work("a", 2), work("a", 3), work("a", 2, loud=True)] == ["aa", "aa", "aaa", "aa!"]
    assert len(calls) == 3
    long = "b" * (MAX_KEPT + 1)
    assert work(long, 1) == work(long, 1) == long
    assert len(calls) == 5
