"""Who may ask the server what, without a browser."""

from __future__ import annotations

import re
import shutil
from functools import partialmethod

import httpx
import pytest
from anyio.from_thread import start_blocking_portal

from grader.review.board import Board
from grader.review.security import POLICY, Door, hosts_of, is_loopback, plain_name
from grader.review.server import Site

PORT = 8431
HOME = f"http://127.0.0.1:{PORT}"
EVERYWHERE = "0.0.0.0"  # noqa: S104 - what is tested


@pytest.fixture(scope="module")
def board(graded, tmp_path_factory):
    folder = tmp_path_factory.mktemp("guarded") / "class"
    shutil.copytree(graded, folder)
    board = Board(folder / "reports.gradebook", "small", rubric=folder / "rubric.yaml")
    yield board
    board.close()


class Client:
    """A client of the application itself, with a loop in a thread of its own."""

    def __init__(self, portal, app, door):
        self.portal, self.door = portal, door
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self.client = httpx.AsyncClient(transport=transport, base_url=HOME)

    def request(self, method, path, **options):
        return self.portal.call(lambda: self.client.request(method, path, **options))

    get = partialmethod(request, "GET")
    post = partialmethod(request, "POST")
    put = partialmethod(request, "PUT")


@pytest.fixture(scope="module")
def portal():
    with start_blocking_portal() as portal:
        yield portal


@pytest.fixture
def client_of(board, portal):
    def client_of(door=None, host="127.0.0.1"):
        door = door or Door("ada")
        return Client(portal, Site(board, door, host, PORT).app, door)

    return client_of


@pytest.fixture
def stranger(client_of):
    return client_of()


@pytest.fixture
def ada(client_of):
    client = client_of()
    assert client.get(f"/enter?token={client.door.token}").status_code == 303
    return client


def token_of(client, path="/"):
    return re.search('name="form_token" value="([^"]+)"', client.get(path).text)[1]


def say(client, path, headers=None, **form):
    """Post a form as a page of the server would."""
    form = {"form_token": token_of(client), **form}
    return client.post(
        path, data=form, headers={"Origin": HOME, "Sec-Fetch-Site": "same-origin", **(headers or {})}
    )


READ = ("/", "/next", "/work/1-0", "/work/1-0/text", "/work/1-0/group?criterion=q1_count", "/zeros", "/help")
DONE = ("/work/1-0/decide", "/work/1-0/row", "/undo", "/task", "/write", "/settings", "/zeros")


@pytest.mark.parametrize("path", READ)
def test_without_a_session_nothing_is_shown(stranger, path):
    answer = stranger.get(path)
    assert answer.status_code == 403
    assert "7850" not in answer.text
    assert "Counting" not in answer.text


@pytest.mark.parametrize("path", DONE)
def test_without_a_session_nothing_is_done(stranger, path):
    assert stranger.post(path, data={"said": "all"}, headers={"Origin": HOME}).status_code == 403


@pytest.mark.parametrize("token", ["", "x", "ä", "x" * 5000])
def test_a_wrong_token_opens_nothing(stranger, token):
    answer = stranger.get("/enter", params={"token": token})
    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)


def test_the_token_becomes_a_cookie_that_no_script_reads(stranger):
    answer = stranger.get(f"/enter?token={stranger.door.token}")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert stranger.door.token not in cookie
    assert answer.headers["location"] == "/"
    assert answer.headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("path", [*READ, "/nowhere", "/work/9-9"])
def test_every_page_is_sealed(ada, path):
    answer = ada.get(path, follow_redirects=True)
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not re.search(r"<[^>]+\son\w+=|<[^>]+\sstyle=|<script(?! src=\"/assets/)|<style", answer.text)


@pytest.mark.parametrize("word", ["unsafe", "http:", "https:", "*", "blob:"])
def test_the_policy_allows_this_server_alone(word):
    assert word not in POLICY
    assert "default-src 'none'" in POLICY


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example:8431", "127.0.0.1:80", "127.0.0.1", "", "[::1]:8431"]
)
def test_under_another_name_the_server_does_not_answer(ada, host):
    answer = ada.get("/", headers={"Host": host})
    assert answer.status_code == 403
    assert "7850" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": "http://localhost:8431"},
        {"Origin": HOME, "Sec-Fetch-Site": "cross-site"},
        {"Origin": HOME, "Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
def test_foreign_pages_change_nothing(ada, board, headers):
    assert say(ada, "/work/1-0/decide", headers=headers, said="all").status_code == 403
    assert board.progress().rows.done == 0


def test_a_form_that_says_not_whence_it_comes_changes_nothing(ada):
    answer = ada.post("/work/1-0/decide", data={"form_token": token_of(ada), "said": "all"})
    assert answer.status_code == 403


def test_foreign_pages_cannot_read(ada):
    for site in ("cross-site", "same-site"):
        assert ada.get("/", headers={"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors"}).status_code == 403
    followed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert ada.get("/", headers=followed).status_code == 200
    framed = {**followed, "Sec-Fetch-Dest": "iframe"}
    assert ada.get("/", headers=framed).status_code == 403


@pytest.mark.parametrize("token", ["", "x", "ä"])
def test_a_form_without_its_token_changes_nothing(ada, board, token):
    assert say(ada, "/work/1-0/decide", form_token=token, said="all").status_code == 403
    assert board.progress().rows.done == 0


def test_the_token_of_another_session_is_none(ada, client_of):
    other = client_of(ada.door)
    other.get(f"/enter?token={ada.door.token}")
    assert say(ada, "/undo", form_token=token_of(other)).status_code == 403


def test_bodies_are_bounded(ada):
    assert say(ada, "/work/1-0/comment", words="x" * 100_000).status_code == 413
    assert say(ada, "/work/1-0/type", text="x" * 300_000).status_code == 413
    many = "&".join(f"a{number}=1" for number in range(2000))
    assert ada.post("/undo", content=many, headers={"Origin": HOME}).status_code == 413


def test_wrong_methods_are_refused(ada):
    assert ada.get("/undo").status_code == 405
    assert ada.post("/help", headers={"Origin": HOME}).status_code == 405
    assert ada.put("/work/1-0/decide", headers={"Origin": HOME}).status_code == 405
    assert ada.request("TRACE", "/", headers={"Origin": HOME}).status_code in {403, 405}


@pytest.mark.parametrize(
    "path",
    ["/work/0-0", "/work/x", "/work/1-99", "/work/..%2f..", "/assets/../server.py", "/assets/x", "/nowhere"],
)
def test_what_is_not_there_is_said(ada, path):
    assert ada.get(path).status_code == 404


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/work/1-0/row", {"split": "7"}),
        ("/work/1-0/row", {"accept": "1", "row.1": "nothing"}),
        ("/work/1-0/row", {}),
        ("/work/1-0/group", {"criterion": "q1_count", "merge": "9-9"}),
        ("/task", {"question": "q9", "who": "ada"}),
        ("/zeros", {"key": "9-9", "criterion": "x", "agrees": "yes"}),
        ("/zeros", {"key": "x", "criterion": "x", "agrees": "yes"}),
    ],
    ids=str,
)
def test_forms_that_name_nothing_are_answered(ada, path, form):
    assert say(ada, path, **form).status_code == 404


@pytest.mark.parametrize("credit", ["2", "-1", "1/0", "nan", "1e9", "x", "9" * 5000])
def test_a_credit_that_is_no_share_is_not_kept(ada, board, credit):
    form = {"row.1": "q1_count", "seen.1": "0", "credit.1": "other", "share.1": credit}
    assert say(ada, "/work/1-0/decide", **form).headers["location"] == "/work/1-0"
    assert "a share of the credit is written as" in ada.get("/work/1-0").text
    assert board.progress().rows.done == 0


@pytest.mark.parametrize(
    "back", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb"]
)
def test_no_form_leads_away(ada, back):
    assert say(ada, "/settings", names="on", back=back).headers["location"] == "/"


def test_names_are_hidden_until_they_are_asked_for(ada):
    assert "<bdi>eve</bdi>" not in ada.get("/work/5-0").text
    say(ada, "/settings", names="on")
    assert "<bdi>eve</bdi>" in ada.get("/work/5-0").text


def test_files_are_kept_and_bear_their_digest(ada):
    names = re.findall(r'"/assets/([\w.]+)\?([0-9a-f]{12})"', ada.get("/").text)
    assert {name for name, _ in names} == {
        "review.css",
        "review.js",
        "formulas.css",
        "formulas.js",
        "htmx.js",
    }
    for name, digest in names:
        answer = ada.get(f"/assets/{name}?{digest}")
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]


def test_a_team_comes_by_password(client_of):
    client = client_of(Door("ada", "a long password"), EVERYWHERE)
    assert client.door.token == ""
    assert client.get("/").headers["location"] == "/login"
    headers = {"Origin": HOME}
    wrong = client.post("/login", data={"who": "ben", "password": "x"}, headers=headers)
    assert (wrong.status_code, "set-cookie" in wrong.headers) == (403, False)
    right = client.post("/login", data={"who": "ben", "password": "a long password"}, headers=headers)
    assert right.status_code == 303
    assert "<bdi>ben</bdi>" in client.get("/").text
    assert say(client, "/logout").headers["location"] == "/login"
    assert client.get("/").headers["location"] == "/login"


def test_guesses_are_few(client_of):
    client = client_of(Door("ada", "a long password"))
    said = [
        client.post(
            "/login", data={"who": "x", "password": f"guess {number}"}, headers={"Origin": HOME}
        ).status_code
        for number in range(12)
    ]
    assert said == [403] * 10 + [429] * 2


def test_addresses_are_known():
    assert all(map(is_loopback, ("127.0.0.1", "127.9.9.9", "::1", "localhost")))
    assert not any(map(is_loopback, (EVERYWHERE, "10.0.0.1", "x", "")))
    assert hosts_of("10.0.0.7")("10.0.0.7")
    assert not hosts_of("10.0.0.7")("localhost")
    assert hosts_of(EVERYWHERE)("192.168.1.5")
    assert not hosts_of(EVERYWHERE)("evil.example")


def test_a_name_is_one_line_that_is_seen():
    assert plain_name("  ada\n\t\u202ex\0 lovelace ") == "ada x lovelace"
    assert len(plain_name("x" * 1000)) == 60
    assert plain_name(" Opinion ") == ""
