"""A deferred pattern is compiled when it is used, and does what a compiled one does."""

from __future__ import annotations

import re

import pytest

from grader.notation import lazypatterns
from grader.notation.lazypatterns import deferred


def test_nothing_is_compiled_before_it_is_used(monkeypatch):
    compiled = []
    given = re.compile
    monkeypatch.setattr(lazypatterns.re, "compile", lambda *what: compiled.append(what) or given(*what))
    pattern = deferred("a(?P<n>b+)", re.IGNORECASE)
    assert (pattern.pattern, pattern.flags, compiled) == ("a(?P<n>b+)", re.IGNORECASE, [])
    assert pattern.search("xABB")["n"] == "BB"
    assert pattern.fullmatch("abb")
    assert not pattern.match("b")
    assert pattern.sub("-", "ab abbb") == "- -"
    assert [found[0] for found in pattern.finditer("ab abb")] == ["ab", "abb"]
    assert pattern.groupindex == {"n": 1}
    assert len(compiled) == 1


def test_bytes_are_matched_by_bytes():
    assert deferred(rb"\d+").findall(b"1 and 22") == [b"1", b"22"]


def test_what_no_pattern_has_is_no_attribute():
    with pytest.raises(AttributeError):
        deferred("a").nothing  # noqa: B018
