"""Verdicts are kept by the answer: looked up once, bounded in memory, and taken by whoever keeps the results."""

from __future__ import annotations

import zlib

from grader.gradebook import verdicts
from grader.gradebook.verdicts import SharedVerdicts, unpacked_verdicts
from grader.model.outcomes import right, wrong


def test_new_ones_are_taken_once_all_of_an_answer_in_one_row() -> None:
    store = SharedVerdicts(None, "v")
    store.of("a").keep("k1", right())
    store.of("a").keep("k2", wrong())
    store.of("b").recall("k1")
    ((key, version, packed),) = store.take_new()
    assert (key, version) == ("v:a", "v")
    assert list(unpacked_verdicts(zlib.decompress(packed))) == ["k1", "k2"]
    assert store.take_new() == ()


def test_what_was_learnt_stays_beside_what_is_new() -> None:
    first, second = SharedVerdicts(None, "v"), SharedVerdicts(None, "v")
    first.of("a").keep("k1", right())
    second.learn(first.take_new())
    assert second.of("a").recall("k1") == right()
    second.of("a").keep("k2", wrong())
    ((_, _, packed),) = second.take_new()
    assert list(unpacked_verdicts(zlib.decompress(packed))) == ["k1", "k2"]
    second.learn([("v:c", "v", b"no row")])  # a damaged one
    assert second.of("c").recall("k1") is None


def test_memory_is_bounded(monkeypatch) -> None:
    monkeypatch.setattr(verdicts, "MAX_REMEMBERED", 3)
    store = SharedVerdicts(None, "v")
    for number in range(5):
        store.of(str(number)).keep("k", right())
    store.learn(store.take_new())
    assert len(store._known) == 3


def test_a_store_that_is_only_read_gives_nothing_to_keep() -> None:
    store = SharedVerdicts(None, "v", readonly=True)
    store.of("a").keep("k", right())
    assert store.take_new() == ()
    assert store.of("a").recall("k") == right()
