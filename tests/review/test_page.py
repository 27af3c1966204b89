"""The page as people use it, in a browser: by keys alone, with the mouse, several at once, and when the server dies."""

from __future__ import annotations

import json
import re
import shutil

import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# One browser and one marked class serve all of them.
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="needs a Chromium"),
    pytest.mark.xdist_group("review page"),
]
expect = sync_api.expect
# On a machine that does many things at once a page may take its time; nothing waits longer than it needs to.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Visitor:
    """Somebody at a browser; what the page must never do is noted."""

    def __init__(self, browser, served, **options):
        self.context = browser.new_context(**options)
        self.context.set_default_timeout(PATIENCE)
        self.page = self.context.new_page()
        self.origin = served.origin
        self.wrong = []
        self.page.on("dialog", self.dismissed)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("console", lambda said: self.wrong.append(said.text) if said.type == "error" else None)
        self.page.on("request", self.requested)
        self.page.goto(served.address)

    def dismissed(self, dialog):
        self.wrong.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def requested(self, request):
        if not request.url.startswith((self.origin, "data:")):
            self.wrong.append(request.url)

    def go(self, path):
        self.page.goto(self.origin + path)

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def leave(self, key):
        """Press a key that leads to another page, and wait for that."""
        here = self.page.url
        self.press(key)
        expect(self.page).not_to_have_url(here)
        expect(self.heading()).to_be_focused()

    def heading(self):
        return self.page.locator("main h1")

    def place(self):
        return self.page.locator("nav.along > span")

    def said(self):
        return self.page.locator(".said")

    def row(self, number):
        return self.page.locator(f"#q1-{number}[data-row]")

    def set(self, number):
        return self.row(number).locator("input:checked")


@pytest.fixture
def visit(browser, served):
    made = []

    def visit(**options):
        made.append(Visitor(browser, served, **options))
        return made[-1]

    yield visit
    for visitor in made:
        visitor.context.close()
        assert not [said for said in visitor.wrong if "404" not in said]


@pytest.fixture
def ada(visit):
    return visit()


def test_the_class_is_decided_by_keys_alone(ada, served):
    expect(ada.heading()).to_have_text("10 answers await a person")
    ada.press("n")
    expect(ada.heading()).to_have_text("q1 Counting parameters")
    expect(ada.heading()).to_be_focused()
    seen = 0
    while "/work/" in ada.page.url and seen < 20:
        ada.leave("a")
        seen += 1
    expect(ada.heading()).to_have_text("Everything is decided")
    # Four equal answers and one by one the others.
    assert seen == 7
    decided = served.decided()
    assert {credit for (_, criterion), credit in decided.items() if criterion != "q1_false"} == {"1"}
    assert {credit for (_, criterion), credit in decided.items() if criterion == "q1_false"} == {"0"}
    assert len(decided) == 4 + 4 + 4 + 3 + 2 + 2 + 2


def test_keys_set_rows_and_are_taken_back(ada, served):
    ada.go("/next?question=q1")
    while "maybe" not in ada.page.locator(".words").first.text_content():
        ada.leave(".")
    for number, values in {1: "10", 2: "1"}.items():
        for value in values:
            ada.press(str(number))
            expect(ada.set(number)).to_have_value(value)
    # A false claim is not made, by the machine's leaning; its words say so.
    expect(ada.set(3)).to_have_value("0")
    expect(ada.row(3)).to_contain_text("Does not")
    expect(ada.row(4)).to_contain_text("0 points")
    ada.press("4", "4", "4")
    expect(ada.set(4)).to_have_value("")
    expect(ada.page.locator("#tally")).to_have_text("1 of 3 points, 1 open")
    ada.press("w")
    ada.page.keyboard.type("1 a u: look at the sum")
    ada.press("Escape")
    ada.press("Enter")
    expect(ada.said()).to_contain_text("q1: 3 rows decided; 1 row left open")
    assert served.decided() == {("eve", "q1_count"): "0", ("eve", "q1_bias"): "1", ("eve", "q1_false"): "0"}
    ada.press("u")
    expect(ada.said()).to_have_text("q1: 3 rows as before")
    expect(ada.page.locator(".words").first).to_contain_text("maybe")
    assert set(served.decided().values()) == {None}


def test_nothing_happens_while_somebody_types(ada, served):
    ada.go("/next")
    ada.press("c")
    expect(ada.page.locator("#comment")).to_be_focused()
    ada.page.keyboard.type("an o, a 1 and u?")
    expect(ada.page.locator("#comment")).to_have_value("an o, a 1 and u?")
    ada.press("Enter")
    expect(ada.page.locator(".comments")).to_contain_text("an o, a 1 and u?")
    expect(ada.heading()).to_be_focused()
    ada.press("f")
    expect(ada.page.get_by_role("button", name="Flagged")).to_have_attribute("aria-pressed", "true")
    ada.press("q")
    expect(ada.page.locator(".list .flag")).to_have_count(1)
    ada.press("?")
    expect(ada.heading()).to_have_text("Help")
    assert served.decided() == {}


def test_a_group_is_split_merged_and_undone(ada, served):
    ada.go("/next?question=q1")
    expect(ada.row(1)).to_contain_text("Settles 3 more answers")
    ada.press("s")
    expect(ada.said()).to_have_text("Split off: this answer is decided by itself.")
    ada.press("1", "Enter")
    expect(ada.said()).to_contain_text("q1: 1 row decided")
    assert len(served.decided()) == 1
    expect(ada.row(1)).to_contain_text("Settles 2 more answers")
    ada.press("m")
    expect(ada.page.locator("main")).to_contain_text("One decision settles 3 answers")
    ada.press("1")
    expect(ada.said()).to_have_text("Merged: one decision settles both.")
    expect(ada.page.locator("main")).to_contain_text("One decision settles 4 answers")
    ada.leave("Escape")
    ada.press("1", "1", "Enter")
    expect(ada.said()).to_contain_text("q1: 3 rows decided")
    assert sorted(served.decided().values()) == ["0", "0", "0", "1"]
    ada.press("u")
    expect(ada.said()).to_have_text("q1: 3 rows as before")
    ada.press("u")
    expect(ada.said()).to_have_text("q1: 1 row as before")
    assert set(served.decided().values()) == {None}


def test_a_doubtful_cut_is_settled_with_the_mouse(ada, served):
    ada.go("/next?question=q2")
    while "It is not sure" not in ada.page.locator(".answer").text_content():
        ada.leave("n")
    ada.press("t")
    line = ada.page.locator("#document .l", has_text="Then")
    box = line.bounding_box()
    ada.page.mouse.move(box["x"] + 58, box["y"] + 6)
    ada.page.mouse.down()
    ada.page.mouse.move(box["x"] + box["width"] - 5, box["y"] + box["height"] - 6, steps=4)
    ada.page.mouse.up()
    expect(ada.page.locator("#chosen")).to_contain_text("characters are chosen")
    ada.page.get_by_role("button", name="Judge this text").click()
    expect(ada.said()).to_have_text("Judged anew: 2 rows decided.")
    expect(ada.page.locator(".words").first).to_have_text(re.compile("^Then .* and the mean is zero"))
    assert served.decided() == {("gil", "q2_norm"): "1", ("gil", "q2_zero"): "1"}


def test_a_cut_is_settled_by_lines_without_a_mouse(visit, served):
    ada = visit(java_script_enabled=False)
    ada.go("/")
    ada.page.locator(".list a", has_text="nothing written").first.click()
    ada.page.get_by_role("link", name="Choose its text").click()
    ada.page.get_by_label("From line").fill("1")
    ada.page.get_by_label("To line").fill("1")
    ada.page.get_by_role("button", name="Judge this text").click()
    expect(ada.said()).to_contain_text("Judged anew: 3 rows decided")
    assert served.decided()["gil", "q1_count"] == "1"


def test_everything_goes_without_scripts(visit, served):
    ada = visit(java_script_enabled=False)
    ada.page.get_by_role("link", name="Begin").click()
    ada.row(1).get_by_role("radio", name="another share").check(force=True)
    ada.row(1).get_by_label("Another share of the credit").fill("1/3")
    ada.page.get_by_role("button", name="Keep, and next").click()
    expect(ada.said()).to_contain_text("q1: 4 rows decided")
    assert set(served.decided().values()) == {"1/3"}
    ada.page.get_by_role("button", name="Undo").click()
    expect(ada.said()).to_have_text("q1: 4 rows as before")
    ada.page.get_by_role("button", name="None of it").click()
    expect(ada.said()).to_contain_text("q1: 4 rows decided")


def test_a_picture_is_typed(ada, served):
    ada.go("/next?question=q2")
    while "A picture stands" not in ada.page.locator(".answer").text_content():
        ada.leave("n")
    expect(ada.page.locator(".answer img")).to_have_js_property("naturalWidth", 60)
    ada.press("t")
    ada.page.get_by_label("As you read it").fill(r"$\frac{x - \mu}{\sigma}$ and the mean is zero")
    ada.page.get_by_role("button", name="Judge what I typed").click()
    expect(ada.said()).to_have_text("Judged anew: 2 rows decided.")
    assert served.decided() == {("fay", "q2_norm"): "1", ("fay", "q2_zero"): "1"}


def test_zeros_are_looked_through(ada, served):
    ada.go("/zeros")
    rows = ada.page.locator("li.zero")
    count = rows.count()
    assert count >= 2
    expect(rows.first).to_contain_text("The biases are counted")
    ada.press("1")
    expect(ada.said()).to_have_text("Agreed: nothing.")
    expect(rows).to_have_count(count - 1)
    expect(ada.page.locator(".figures tbody th")).to_have_text("q1_bias")
    expect(ada.page.locator(".figures td.num")).to_have_text(["1", "1", "21–100 %"])
    ada.leave("2")
    expect(ada.place()).to_have_text("A spot check")
    ada.press("1", "Enter")
    expect(ada.said()).to_contain_text("q1: 1 row decided")
    expect(ada.heading()).to_have_text("Spot checks")
    assert sorted(served.decided().values()) == ["0", "1"]


def test_names_are_shown_on_request_and_keys_turned_off(ada):
    ada.go("/next?question=q1")
    expect(ada.page.locator(".question header")).to_contain_text("1 student")
    ada.page.get_by_text("ada", exact=True).click()
    ada.page.get_by_role("button", name="Show students’ names").click()
    expect(ada.page.locator(".question header bdi").last).to_have_text("ada")
    ada.page.locator(".me summary").click()
    ada.page.get_by_role("button", name="Turn keys off").click()
    expect(ada.page.locator("#page[data-keys]")).to_have_count(0)
    ada.press("1")
    expect(ada.set(1)).to_have_value("")


def test_two_people_at_one_answer(ada, visit, served):
    ben = visit()
    ben.page.get_by_text("ada", exact=True).click()
    ben.page.get_by_label("Your name").fill("ben")
    ben.page.get_by_role("button", name="Change").click()
    ada.go("/next?question=q1")
    place = ada.page.url
    ben.page.goto(place)
    expect(ben.page.locator(".holders")).to_contain_text("ada has this answer open now")
    ada.press("1", "Enter")
    expect(ada.said()).to_contain_text("4 rows decided")
    ben.press("1", "1")
    expect(ben.set(1)).to_have_value("0")
    ben.press("Enter")
    expect(ben.said()).to_contain_text("q1_count: ada has decided that it is met meanwhile")
    expect(ben.set(1)).to_have_value("0")
    assert set(served.decided().values()) == {"1"}
    # Who has seen it may say otherwise.
    ben.press("Enter")
    expect(ben.said()).to_contain_text("rows decided")
    assert set(served.decided().values()) == {"0"}


def test_the_server_is_killed_and_nothing_is_lost(ada, served, visit):
    ada.go("/next?question=q1")
    ada.press("1", "Enter")
    expect(ada.said()).to_contain_text("4 rows decided")
    served.kill()
    ada.press("a")
    expect(ada.page.locator("#lost")).to_be_visible()
    ada.page.goto("about:blank")
    ada.wrong.clear()  # the browser has said that nobody answered
    assert list(served.decided().values()) == ["1"] * 4
    served.start()
    again = visit()
    expect(again.heading()).to_have_text("6 answers await a person")
    again.press("u")
    expect(again.said()).to_have_text("q1: 4 rows as before")


def test_a_wording_becomes_a_proposal_for_the_rubric(ada, served):
    ada.go("/next?question=q1")
    ada.row(1).get_by_text("Back to the rubric").click()
    ada.row(1).get_by_label("The words it is about").fill("7850 or so")
    ada.row(1).get_by_role("button", name="Accept this wording").click()
    expect(ada.heading()).to_have_text("1 proposal for the rubric")
    expect(ada.page.get_by_label("Proposal 1", exact=True)).to_contain_text('accepts: ["7850 or so"]')
    commands = ada.page.get_by_label("Commands").text_content().split("\n")
    assert [command.split()[:2] for command in commands[:2]] == [["grader", "check"], ["grader", "regrade"]]
    assert '"7850 or so"' in (served.folder / "rubric.proposed.yaml").read_text(encoding="utf-8")
    ada.page.get_by_role("button", name="Withdraw proposal 1").click()
    expect(ada.heading()).to_have_text("No proposals for the rubric")
    ada.leave("Escape")
    expect(ada.place()).to_have_text("1 of 10, only q1")


def test_questions_are_given_and_students_shared_out(ada):
    ada.page.get_by_label("Give", exact=True).select_option("q2")
    ada.page.get_by_label("to", exact=True).fill("ben")
    ada.page.get_by_role("button", name="Give", exact=True).click()
    expect(ada.page.locator(".cards li").last).to_contain_text("ben")
    ada.go("/?mine=1")
    expect(ada.page.locator(".list .id")).to_have_text(["q1"] * 7)
    ada.page.get_by_label("Share students among").fill("ben, cem, ben")
    ada.page.get_by_role("button", name="Share", exact=True).click()
    expect(ada.page.get_by_label("Share students among")).to_have_value("ben, cem")
    expect(ada.page.locator(".list")).to_contain_text("No answer is here.")


def test_reports_are_written_with_the_decisions(ada, served):
    ada.go("/next?question=q1")
    ada.press("1", "Enter")
    expect(ada.said()).to_contain_text("4 rows decided")
    ada.press("q")
    ada.page.get_by_role("button", name="Write the reports").click()
    expect(ada.said()).to_contain_text("students’ reports are written")
    report = json.loads((served.folder / "reports/ada.json").read_text(encoding="utf-8"))
    row = report["questions"][0]["criteria"][0]
    assert (row["score"], row["override"] is not None) == (2, True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(visit, scheme):
    from axe_playwright_python.sync_playwright import Axe

    ada = visit(color_scheme=scheme, bypass_csp=True, reduced_motion="reduce")
    axe = Axe()
    found = {}
    for path in addresses(ada):
        ada.go(path)
        for box in ada.page.locator("details").all():
            box.evaluate("box => { box.open = true }")
        result = axe.run(ada.page)
        if result.violations_count:
            found[path] = result.generate_report()
    assert not found, "\n".join(found.values())


def test_a_narrow_screen_does_not_scroll_sideways(visit):
    ada = visit(viewport={"width": 390, "height": 800})
    for path in addresses(ada):
        ada.go(path)
        for box in ada.page.locator("details:not(.me)").all():
            box.evaluate("box => { box.open = true }")
        assert ada.page.evaluate("document.documentElement.scrollWidth") <= 390, path


NOWHERE = "/work/0-0"


def addresses(visitor):
    """Return the addresses of all answers and of one page of every other kind."""
    visitor.go("/")
    works = {
        link.get_attribute("href"): link.text_content() for link in visitor.page.locator(".list a").all()
    }
    first, *_, last = works
    texts = [path for path, said in works.items() if "nothing written" in said or "a picture" in said]
    return [
        "/", "/?question=q1", *dict.fromkeys((first, *list(works)[4:], last)), f"{first}/group?criterion=q1_count",
        *(f"{path}/text" for path in texts), "/zeros", "/help", "/proposals", NOWHERE,
    ]  # fmt: skip


def test_hostile_answers_are_text(ada):
    ada.go("/next?question=q1")
    works = [path for path in addresses(ada) if path.startswith("/work/") and path != NOWHERE]
    shown = 0
    for path in works:
        ada.go(path)
        text = ada.page.locator("main").text_content()
        shown += "<script>document.title='owned'</script>" in text
        assert ada.page.title() != "owned"
        assert (
            ada.page.locator("main :is(script, iframe, math:not(.katex math), a[href^='javascript'])").count()
            == 0
        )
        assert ada.page.locator("main [onerror], main [onload], main [style*=evil]").count() == 0
    assert shown >= 3
