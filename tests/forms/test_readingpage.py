"""The page of `grader validate`: whole, closed against everything, formulas rendered, texts escaped."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from grader.forms import form_of
from grader.forms.readingpage import render_readings
from grader.forms.readingview import read_handin
from grader.model.errors import Problem
from grader.readers.files import read_content


def page(rubric, text, name="a.md", problems=()):
    form = form_of(rubric)
    return render_readings(
        form, [read_handin(read_content(text.encode(), name, form.outline), form)], problems
    )


def test_it_shows_formulas_for_rendering_and_needs_no_network(rq3) -> None:
    text = page(rq3, r"Q3. $\hat{x} = \frac{x - \mu}{\sigma}$")
    assert '<span class="tex large">\\hat{x} = \\frac{x - \\mu}{\\sigma}</span>' in text
    policy = re.search('Content-Security-Policy" content="([^"]*)"', text)[1]
    assert policy.startswith("default-src &#39;none&#39;; style-src &#39;sha256-")
    assert "unsafe" not in policy
    assert not re.findall(r"<(?:link|script)[^>]* (?:src|href)=", text)
    assert text == page(rq3, r"Q3. $\hat{x} = \frac{x - \mu}{\sigma}$")


def test_without_a_formula_there_is_no_script(rq3) -> None:
    assert "<script" not in page(rq3, "Q4. Only training.")


def test_nothing_that_was_handed_in_becomes_an_element(rq3) -> None:
    hostile = "<script>alert(1)</script><img src=x onerror=y>\u202e"
    text = page(
        rq3,
        f'students: ["{hostile}"]\nanswers: {{q4: "{hostile} $a < <b>$ 5 {hostile}", q5: {{total: "{hostile}"}}}}',
        "<i>.yaml",
        [Problem(f"{hostile}.md", 0, 0, hostile)],
    )
    tags = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: tags.append((tag, dict(attrs)))
    parser.feed(text)
    assert not {"img", "i", "b"} & {tag for tag, _ in tags}
    assert not [tag for tag, attrs in tags if any(name.startswith("on") or name == "src" for name in attrs)]
    assert "\u202e" not in text
    assert "&lt;script&gt;" in text
