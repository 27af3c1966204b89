"""Compiled templates are kept, are those of their sources, and are never needed."""

from __future__ import annotations

import jinja2
import pytest

from grader.writers.templatecache import TemplateCache


@pytest.fixture
def cache(tmp_path, monkeypatch) -> TemplateCache:
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    made = TemplateCache()
    made.folder = tmp_path
    return made


def rendered(cache: TemplateCache, source: str) -> str:
    engine = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda _name: source), bytecode_cache=cache, autoescape=True
    )
    return engine.get_template("page").render(x="<1>")


def test_a_template_is_compiled_once(cache, monkeypatch) -> None:
    assert rendered(cache, "{{ x }}!") == "&lt;1&gt;!"
    monkeypatch.setattr(jinja2.Environment, "compile", None)
    assert rendered(cache, "{{ x }}!") == "&lt;1&gt;!"


def test_another_source_is_another_template(cache) -> None:
    rendered(cache, "{{ x }}!")
    assert rendered(cache, "{{ x }}?") == "&lt;1&gt;?"


def test_what_is_damaged_is_compiled_again(cache) -> None:
    rendered(cache, "{{ x }}!")
    (kept,) = cache.folder.iterdir()
    whole = kept.read_bytes()
    for damaged in (
        b"",
        b"x",
        *(whole[:length] for length in range(2, len(whole), 29)),
        whole[:18] + b"\x00" * 40,
    ):
        kept.write_bytes(damaged)
        assert rendered(cache, "{{ x }}!") == "&lt;1&gt;!"


def test_a_folder_that_is_not_there_is_no_matter(cache) -> None:
    cache.folder = cache.folder / "not"
    assert rendered(cache, "{{ x }}!") == "&lt;1&gt;!"
