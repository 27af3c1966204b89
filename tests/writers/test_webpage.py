import re
import shutil
import subprocess
from html.parser import HTMLParser

import pytest

from grader.writers.webpage import PageWriter, render_page, segments

TAGS = set(
    re.findall(
        r"\w+",
        "html head meta title style body main header div p bdi h1 h2 h3 b strong svg rect path circle nav a span"
        " section mark dl dt dd table tbody tr td code ol ul li footer script",
    )
)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Reading(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.words = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.words.append(data)


def read(text):
    reading = Reading()
    reading.feed(text)
    reading.close()
    return reading


def test_nothing_hostile_becomes_an_element(hostile):
    reading = read(render_page(hostile))
    assert set(reading.tags) <= TAGS
    assert reading.tags.count("script") == 2
    assert not [
        name for name, _ in reading.attributes if name.startswith("on") or name in {"src", "style", "srcset"}
    ]
    assert all(value.startswith("#q") for name, value in reading.attributes if name == "href")
    words = "".join(reading.words)
    assert "<script>document.title='owned'</script>" in words
    assert "[link](http://example.org)" in words
    assert not re.search("[\u202e\u2066\x00\x07\x1b\ud800]", words)


def test_the_policy_allows_only_the_pages_own_parts(everything):
    page = render_page(everything)
    policy = re.search('Content-Security-Policy" content="([^"]*)"', page)[1]
    assert policy.startswith("default-src &#39;none&#39;; style-src &#39;sha256-")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert not re.findall(r"url\((?!data:font)", page)


def test_a_page_without_formulas_carries_no_script(make):
    page = render_page(make["report"]([make["question"]("q1", [make["row"]("a")], text="costs $5")]))
    assert "<script" not in page
    assert "@font-face" not in page
    assert len(page) < 30_000


@pytest.mark.parametrize("where", ["text", "latex", "feedback", "title"])
def test_a_formula_anywhere_brings_the_renderer(make, where):
    from grader.model import Evidence

    row = make["row"](
        "a",
        feedback="$y$" if where == "feedback" else "",
        evidence=[Evidence(latex="y")] if where == "latex" else [],
    )
    question = make["question"](
        "q1", [row], text="$y$" if where == "text" else "y", title="$y$" if where == "title" else ""
    )
    assert "trust: false, throwOnError: false" in render_page(make["report"]([question]))


def test_the_student_sees_what_counts(everything, make):
    words = " ".join("".join(read(render_page(everything)).words).split())
    assert "8.42–9.42 of 16.75 points" in words
    assert "1 criterion awaits review." in words
    assert "between 8.42 and 9.42" in words
    assert "awaiting review" in words
    assert "You left out the biases" in words
    assert "902700 is what comes out without biases." in words
    assert "903400" not in words
    assert "does not fall below its floor" in words
    assert "903400" in render_page(make["everything"](reveal=True))


def test_evidence_is_marked_and_points_to_its_row(everything):
    page = render_page(everything)
    assert '<mark class="earned">predictions cost the same</mark><a class="ref earned" href="#q1-2"' in page
    assert 'id="q1-2"' in page
    assert '<mark class="lost">902700</mark>' in page


def test_a_long_text_is_cut_and_says_so(hostile):
    page = render_page(hostile)
    assert "The first 20,000 of 1,000,000 characters are shown" in page
    assert len(page) < 700_000


def test_the_same_report_gives_the_same_bytes(everything, tmp_path):
    PageWriter(tmp_path).add(everything, "a")
    PageWriter(tmp_path).add(everything, "b")
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_a_bar_never_leaves_its_frame():
    assert segments(-100, 500, 300) == (("earned", 0, 0), ("review", 0, 1000))
    assert segments(100, 100, 0) == ()


@pytest.mark.skipif(CHROMIUM is None, reason="needs a Chromium")
def test_nothing_runs_in_a_browser(hostile, tmp_path):
    PageWriter(tmp_path).add(hostile, "x")
    flags = (
        "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    )
    flags += " --disable-component-update --disable-sync --virtual-time-budget=3000 --dump-dom"
    command = [
        CHROMIUM,
        *flags.split(),
        f"--user-data-dir={tmp_path / 'profile'}",
        f"file://{tmp_path / 'x.html'}",
    ]
    dom = subprocess.run(command, capture_output=True, check=True, timeout=120, encoding="utf-8").stdout
    reading = read(dom)
    assert re.search("<title>Review questions 9: =cmd", dom)
    assert "img" not in reading.tags
    assert "katex" in dom
    assert 'class="tex done"' in dom
    assert all(value.startswith("#q") for name, value in reading.attributes if name == "href")


def test_readings_with_the_same_grounds_are_told_once(make):
    from grader.model import Evidence

    said = [Evidence(read=read, decided="This passage says it.") for read in ("faster", "quicker", "faster")]
    page = render_page(make["report"]([make["question"]("q1", [make["row"]("a", evidence=said)], text="x")]))
    assert page.count("This passage says it.") == 1
    assert "<code>faster</code> <code>quicker</code>" in page


def test_what_comes_nearest_is_not_shown_as_wrong(make):
    from grader.model import Evidence

    row = make["row"]("a", credit="0", reason="not_found", evidence=[Evidence(read="near", start=0, end=4)])
    page = render_page(make["report"]([make["question"]("q1", [row], text="near it")]))
    assert '<mark class="remark">near</mark>' in page
    assert '<li class="lost" id="q1-1">' in page
