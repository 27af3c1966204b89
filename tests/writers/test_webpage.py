import re
import shutil
import subprocess
from html import unescape
from html.parser import HTMLParser

import pytest

from grader.model.outcome import Evidence
from grader.model.submission import Image
from grader.writers.atomic import write_text
from grader.writers.resources import write_assets
from grader.writers.webpage import render_page, segments

TAGS = set(
    re.findall(
        r"\w+",
        "html head meta title style link symbol use body main header div p bdi h1 h2 h3 b strong svg rect path circle nav a span"
        " section mark dl dt dd table thead tbody tr th td code ol ul li footer script"
        # what answers are set with
        " h4 h5 h6 br hr pre blockquote em u s sub sup figure figcaption",
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


OWN = re.compile(r"#q[\w-]+|#i-[a-z]+|assets/(report|formulas)-[0-9a-f]{12}\.(css|js)")


@pytest.mark.parametrize(("assets", "scripts"), [("shared", 1), ("inline", 2)])
def test_nothing_hostile_becomes_an_element(hostile, assets, scripts):
    reading = read(render_page(hostile, assets=assets))
    assert set(reading.tags) <= TAGS
    assert reading.tags.count("script") == scripts
    assert not [
        name for name, _ in reading.attributes if name.startswith("on") or name in {"style", "srcset"}
    ]
    assert all(OWN.fullmatch(value) for name, value in reading.attributes if name in {"href", "src"})
    words = "".join(reading.words)
    assert "<script>document.title='owned'</script>" in words
    assert "[link](http://example.org)" in words
    assert not re.search("[\u202e\u2066\x00\x07\x1b\ud800]", words)


def policy_of(page):
    return unescape(re.search('Content-Security-Policy" content="([^"]*)"', page)[1])


def test_the_policy_of_a_page_for_itself_names_its_parts_by_their_hashes(everything):
    page = render_page(everything, assets="inline")
    assert re.fullmatch(
        r"default-src 'none'; style-src( 'sha256-[\w+/]{43}='){2}; script-src( 'sha256-[\w+/]{43}='){2}; "
        "font-src data:; base-uri 'none'; form-action 'none'",
        policy_of(page),
    )
    assert not re.findall(r"url\((?!data:font)", page)


def test_the_policy_of_a_page_with_files_beside_it_names_them_by_a_nonce(everything, make):
    page = render_page(everything)
    (nonce,) = set(re.findall(r'nonce="([\w+/]{32})"', page))
    assert policy_of(page) == (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; font-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    assert "url(" not in page
    # Nobody can write the nonce into an answer, since it changes with the answer.
    again = make["everything"](notes=[f"<script nonce={nonce}>"])
    assert nonce not in policy_of(render_page(again))


def test_a_page_is_small(everything):
    assert len(render_page(everything)) < 25_000
    assert len(render_page(everything, assets="inline")) > 300_000


@pytest.mark.parametrize("assets", ["shared", "inline"])
def test_a_page_without_formulas_carries_no_script(make, assets):
    report = make["report"]([make["question"]("q1", [make["row"]("a")], text="costs $5")])
    page = render_page(report, assets=assets)
    assert "<script" not in page
    assert "script-src" not in page
    assert "@font-face" not in page
    assert "formulas-" not in page
    assert len(page) < 30_000


@pytest.mark.parametrize("where", ["text", "latex", "feedback", "title", "why"])
def test_a_formula_anywhere_brings_the_renderer(make, where):
    row = make["row"](
        "a",
        feedback="$y$" if where == "feedback" else "",
        evidence=[Evidence(latex="y")] if where == "latex" else [],
    )
    person = make["decided"]("b", "$y$" if where == "why" else "y", credit="1")
    question = make["question"](
        "q1", [row, person], text="$y$" if where == "text" else "y", title="$y$" if where == "title" else ""
    )
    assert "trust: false, throwOnError: false" in render_page(make["report"]([question]), assets="inline")


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


@pytest.mark.parametrize("assets", ["shared", "inline"])
def test_the_same_report_gives_the_same_bytes(everything, assets):
    assert render_page(everything, assets=assets) == render_page(everything, assets=assets)


def test_what_a_person_decided_stands_in_the_row(handed_in_late):
    page = render_page(handed_in_late)
    words = " ".join("".join(read(page).words).split())
    assert "earned Decided by a person, 5 March 2026, 09:12 UTCSays so in the 2nd sentence." in words
    assert "partly earned Decided by a person, 5 March 2026, 09:12 UTCHalf of it. Say why." in words
    assert "A person decided this." not in words
    assert '<li class="lost" id="q1-3">' in page


def test_what_the_machine_thought_does_not_stand_beside_a_persons_decision(make):
    read_there = [Evidence(read="near", start=0, end=4, decided="This passage comes near.")]
    rows = [make["decided"]("a", "Fine.", credit="1", evidence=read_there, feedback="Say more.")]
    page = render_page(make["report"]([make["question"]("q1", rows, text="near it")]))
    assert "<code>near</code>" in page
    assert "This passage comes near." not in page
    assert "Say more." not in page


def test_adjustments_stand_between_the_questions_and_the_total(handed_in_late):
    words = " ".join("".join(read(render_page(handed_in_late)).words).split())
    assert "handed in 4 March 2026, 03:00 (UTC+01:00)" in words
    late = "Late: 1 day 3 h after the due date: 10 % of 34 points−0.4"
    assert f"Questions together2 {late} Total1.6 of 4" in words


def test_a_person_without_a_name_and_a_kind_told_twice(make):
    rows = [make["decided"]("a", "", credit="0", who=" ", when="")]
    late = make["late"]("-1", said="Late by a day.")
    words = "".join(
        read(render_page(make["report"]([make["question"]("q1", rows)], adjustments=[late]))).words
    )
    assert "Decided by a person" in words
    assert "\nLate by a day−1" in words


def test_a_bar_never_leaves_its_frame():
    assert segments(-100, 500, 300) == (("earned", 0, 0), ("review", 0, 1000))
    assert segments(100, 100, 0) == ()


def in_browser(path, profile):
    flags = (
        "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    )
    flags += " --disable-component-update --disable-sync --virtual-time-budget=3000 --dump-dom"
    command = [CHROMIUM, *flags.split(), f"--user-data-dir={profile}", path.as_uri()]
    return subprocess.run(command, capture_output=True, check=True, timeout=120, encoding="utf-8").stdout


@pytest.mark.skipif(CHROMIUM is None, reason="needs a Chromium")
@pytest.mark.parametrize("assets", ["shared", "inline"])
def test_nothing_runs_in_a_browser(hostile, tmp_path, assets):
    write_assets(tmp_path)
    page = write_text(tmp_path / "x.html", render_page(hostile, assets=assets))
    dom = in_browser(page, tmp_path / "profile")
    reading = read(dom)
    assert re.search("<title>Review questions 9: =cmd", dom)
    assert "img" not in reading.tags
    assert "katex" in dom
    assert 'class="tex done"' in dom
    assert all(OWN.fullmatch(value) for name, value in reading.attributes if name == "href")


@pytest.mark.skipif(CHROMIUM is None, reason="needs a Chromium")
@pytest.mark.parametrize("assets", ["shared", "inline"])
def test_the_policy_holds_where_escaping_would_not(everything, tmp_path, assets):
    write_assets(tmp_path)
    (tmp_path / "own.js").write_text("document.title = 'owned'")
    code = "document.title='owned'"
    hole = f'<script>{code}</script><script src="own.js"></script><img src="x" onerror="{code}">'
    text = render_page(everything, assets=assets).replace("<main>", f"<main>{hole}", 1)
    dom = in_browser(write_text(tmp_path / "x.html", text), tmp_path / "profile")
    assert "<title>Review questions 9: Ada Example</title>" in dom
    assert 'class="tex done"' in dom


def test_readings_with_the_same_grounds_are_told_once(make):
    said = [Evidence(read=read, decided="This passage says it.") for read in ("faster", "quicker", "faster")]
    page = render_page(make["report"]([make["question"]("q1", [make["row"]("a", evidence=said)], text="x")]))
    assert page.count("This passage says it.") == 1
    assert "<code>faster</code> <code>quicker</code>" in page


def test_what_comes_nearest_is_not_shown_as_wrong(make):
    row = make["row"]("a", credit="0", reason="not_found", evidence=[Evidence(read="near", start=0, end=4)])
    page = render_page(make["report"]([make["question"]("q1", [row], text="near it")]))
    assert '<mark class="remark">near</mark>' in page
    assert '<li class="lost" id="q1-1">' in page


DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
DOCUMENT = (
    "## Result\n\nThe *mean* is $\\frac{1}{2}$:\n\n| layer | weights |\n|---|--:|\n| first | 2800 |\n\n"
    "- [x] yes\n    - nested\n\n> said\n\n```python\ntotal = 7\n```\n\n$$x^2$$\n\n"
    "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>\n\n"
    "[a link](javascript:document.title='owned') ![a plot](http://127.0.0.1:9/plot.png) $\\href{http://127.0.0.1:9/}{x}$"
)


def document_report(make):
    at = DOCUMENT.index("2800")
    rows = [make["row"]("first", evidence=[Evidence(read="2800", start=at, end=at + 4)])]
    images = (
        Image(name="plot.png", media="image/png", content=DOT, at=DOCUMENT.index("- [x]") - 1),
        Image(name="too large.png", media="image/png"),
    )
    question = make["question"]("q1", rows, text=DOCUMENT).model_copy(update={"images": images})
    return make["report"]([question])


def test_an_answer_is_a_document(make):
    page = render_page(document_report(make))
    assert '<td class="r"><mark class="earned">2800</mark><a class="ref earned" href="#q1-1"' in page
    assert '<ul class="legend small"' in page
    assert page.index("</table>") < page.index(f"base64,{DOT}") < page.index('<li class="boxed">')
    assert "too large.png" in page
    assert "img-src data:" in policy_of(page)
    assert not [name for name, _ in read(page).attributes if name.startswith("on")]


@pytest.mark.skipif(CHROMIUM is None, reason="needs a Chromium")
@pytest.mark.parametrize("assets", ["shared", "inline"])
def test_an_answer_is_a_document_in_a_browser(make, tmp_path, assets):
    write_assets(tmp_path)
    page = write_text(tmp_path / "x.html", render_page(document_report(make), assets=assets))
    dom = in_browser(page, tmp_path / "profile")
    assert "owned" not in re.search("<title>.*</title>", dom)[0]
    assert re.search(r'<table><thead><tr><th>layer</th><th class="r">weights</th></tr>', dom)
    assert '<mark class="earned">2800</mark>' in dom
    assert re.search(r'<span class="tex done"[^>]*><span><span class="katex">', dom)
    assert re.search(r'<span class="tex display done"', dom)
    assert read(dom).tags.count("img") == 1
    assert f'<img src="data:image/png;base64,{DOT}" alt="">' in dom
    addresses = [value for name, value in read(dom).attributes if name in {"href", "src"}]
    assert all(OWN.fullmatch(value) or value.startswith("data:image/png;base64,") for value in addresses)
