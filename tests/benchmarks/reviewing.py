"""Settle classes on the page of `grader review` by script, and measure what a person would count and wait for.

    python tests/benchmarks/reviewing.py [--parts sample large many] [--students 1000] [--decisions 10000]

sample: the class of submissions/ is settled by one TA; decisions, keys and page loads are counted.
large:  a generated class (classroom.py) is settled as well: decisions by question and for 100 open rows, the seconds of
        the first page, of the next answer and of the decision that settles most, and the memory of the server.
many:   four clients decide at once, again and again; nothing may be lost or doubled, conflicts must be told.

The TA looks at an answer as it is shown, and finds a row met or not by a digest of its criterion and of what is shown:
of equal answers always the same, and as often met as not. So the keys are those of somebody whom no proposal helps; a
decision is one key where all rows are alike, and else one or two keys a row, and Enter.
"""

from __future__ import annotations

import argparse
import html
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256
from http.client import HTTPConnection
from pathlib import Path
from statistics import median, quantiles
from typing import Final, Self
from urllib.parse import urlencode, urlsplit

from grader.gradebook import Gradebook

ROOT: Final = Path(__file__).resolve().parents[2]
RUBRIC: Final = ROOT / "rubrics/rq3.yaml"
ROW: Final = re.compile(
    r'<div class="row[^"]*" id="q1-(\d+)".*?(?=<div class="row|<div class="acts">)', re.DOTALL
)
INPUT: Final = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
FORM: Final = re.compile(r'<form method="post" action="([^"]+)" id="decision".*?</form>', re.DOTALL)
ANSWER: Final = re.compile(r'<div class="side answer">.*?<div class="beside">', re.DOTALL)


@dataclass
class Client:
    """One person at the page, without a browser."""

    address: str
    loads: int = 0
    cookie: str = ""
    place: str = ""
    seconds: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.parts = urlsplit(self.address)
        self.connection = HTTPConnection(self.parts.hostname, self.parts.port, timeout=60)
        self.get(f"{self.parts.path}?{self.parts.query}")

    def get(self, path: str) -> str:
        """Load a page, and follow where it leads."""
        return self.ask("GET", path)

    def ask(self, method: str, path: str, body: str = "") -> str:
        """Ask, follow redirects as a browser does, and return the page."""
        start = time.perf_counter()
        for _ in range(5):
            headers = {"Cookie": self.cookie, "Origin": f"http://{self.parts.netloc}"}
            if body:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            self.connection.request(method, path, body or None, headers)
            answer = self.connection.getresponse()
            page = answer.read().decode()
            for said in answer.headers.get_all("Set-Cookie") or []:
                self.cookie = said.partition(";")[0]
            if answer.status not in {302, 303}:
                break
            method, path, body = "GET", answer.headers["Location"], ""
        if answer.status != 200:
            raise SystemExit(f"{method} {path}: {answer.status}\n{page[:2000]}")
        self.place, self.loads = path, self.loads + 1
        self.seconds.append(time.perf_counter() - start)
        return page


@dataclass
class Server:
    """`grader review` as a process of its own."""

    book: Path

    def __enter__(self) -> Self:
        command = [
            Path(sys.executable).parent / "grader",
            "review",
            self.book,
            "--rubric",
            RUBRIC,
            "--no-browser",
        ]
        start = time.perf_counter()
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=self.book.parent)
        assert self.process.stdout is not None
        self.address = next(line for line in self.process.stdout if line.startswith("Open ")).split()[1]
        self.started = time.perf_counter() - start
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()

    def memory(self) -> float:
        """Return the most memory that the process has had, in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1000


def finds(criterion: str, shown: str) -> bool:
    """Say whether the TA finds a row met."""
    return sha256(f"{criterion}\n{shown}".encode()).digest()[0] % 2 == 0


def settled(page: str) -> tuple[str, dict[str, str], int, list[str]]:
    """Return where a decision about the answer of a page goes, the decision, its keys, and the rows it is about."""
    form = FORM.search(page)
    assert form is not None, page[:2000]
    shown = " ".join(re.sub(r"<[^>]+>", " ", ANSWER.search(page)[0]).split())
    fields = {name: html.unescape(value) for name, value in INPUT.findall(form[0])}
    names, met = [], []
    for row in ROW.finditer(form[0]):
        if "decided" in row[0][:24]:
            continue
        name = fields[f"row.{row[1]}"]
        names.append(name)
        met.append(finds(name, shown))
        fields[f"credit.{row[1]}"] = str(int(met[-1]))
    one_key = len(set(met)) == 1
    return (
        html.unescape(form[1]),
        fields,
        1 if one_key else sum(1 if found else 2 for found in met) + 1,
        names,
    )


def settle(server: Server) -> None:
    """Settle a class to its end, and print what it took."""
    client = Client(server.address)
    start = time.perf_counter()
    client.get("/")
    first = time.perf_counter() - start
    with Gradebook(server.book, readonly=True) as book:
        count = "SELECT count(*) FROM standings JOIN outcomes USING (report) WHERE present AND credit IS NULL"
        (open_rows,) = book.row(count)
    client.loads, client.seconds = 0, []
    page = client.get("/next")
    decisions = keys = 0
    questions: Counter[str] = Counter()
    answers = int(re.search(r"\d+ of (\d+)", page)[1])
    while client.place.startswith("/work/"):
        path, fields, cost, names = settled(page)
        keys, decisions = keys + cost, decisions + 1
        questions[names[0].partition("_")[0] if names else ""] += 1
        page = client.ask("POST", path, urlencode(fields))
    seconds = client.seconds
    print(
        f"  {open_rows} open rows in {answers} answers: {decisions} decisions, {keys} keys, {client.loads} page loads"
    )
    print(f"  {decisions / answers:.2f} decisions an open answer (asked: at most 1.2)")
    print(
        f"  {100 * decisions / open_rows:.1f} decisions for 100 open rows (asked on a large class: at most 35)"
    )
    print(f"  by question: {', '.join(f'{name} {n}' for name, n in sorted(questions.items()))}")
    with Gradebook(server.book, readonly=True) as book:
        sizes = [n for (n,) in book.rows("SELECT count(*) FROM overrides GROUP BY act ORDER BY 1")]
        count = "SELECT criterion, count(DISTINCT act), count(*) FROM overrides GROUP BY criterion ORDER BY criterion"
        said = [f"{criterion} {acts} for {rows}" for criterion, acts, rows in book.rows(count)]
    print(f"  by criterion, decisions for rows: {', '.join(said)}")
    print(f"  server up after {server.started:.2f} s; first page {first:.3f} s (asked 0.5)")
    print(
        f"  decide and next answer: median {median(seconds):.3f} s, 95 % {quantiles(seconds, n=20)[-1]:.3f} s, "
        f"most {max(seconds):.3f} s (asked 0.1 for the next answer, 0.5 for a decision)"
    )
    print(f"  the decision that settled most: {sizes[-1]} rows; memory {server.memory():.0f} MB (asked 300)")


def many(server: Server, wanted: int) -> None:
    """Let four clients decide at once, and count what became of it."""
    clients = [Client(server.address) for _ in range(4)]
    told: Counter[str] = Counter()
    lock = threading.Lock()
    clients[0].get("/next")
    keys = re.findall(r"/work/(\d+-\d+)", clients[0].get("/")) or [clients[0].place]

    def work(client: Client, name: str) -> None:
        page = client.get("/")
        token = INPUT.search(page)
        client.ask(
            "POST", "/settings", urlencode({token[1]: html.unescape(token[2]), "who": name, "back": "/"})
        )
        for turn in range(wanted // 4):
            page = client.get(f"/work/{keys[(turn * 7 + len(name) * 3) % len(keys)]}")
            path, fields, _, _ = settled(page)
            for number in [key.removeprefix("row.") for key in fields if key.startswith("row.")]:
                # Never what counts already, so that each decision is one.
                fields[f"credit.{number}"] = "other"
                fields[f"share.{number}"] = f"{turn + 1}/{wanted + 4 + int(name[1:])}"
            page = client.ask("POST", path, urlencode(fields))
            words = re.sub(r"<[^>]+>", " ", page[page.find('class="said') :][:600])
            rows = re.search(r": (\d+) rows? decided", words)
            with lock:
                told["decisions"] += 1
                if rows:
                    told["kept"] += 1
                    told["rows"] += int(rows[1])
                elif "meanwhile" in words:
                    told["conflicts told"] += 1
                else:
                    told[f"else: {' '.join(words.split())[:80]}"] += 1

    threads = [threading.Thread(target=work, args=(client, f"t{i}")) for i, client in enumerate(clients)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - start
    with Gradebook(server.book, readonly=True) as book:
        (acts,) = book.row("SELECT count(*) FROM acts WHERE kind = 'decide'")
        (laid,) = book.row("SELECT count(*) FROM overrides")
        doubled = len(
            list(book.rows("SELECT 1 FROM overrides GROUP BY act, student, criterion HAVING count(*) > 1"))
        )
    print(f"  {dict(told)} in {seconds:.0f} s")
    lost = told["kept"] - acts
    print(
        f"  in the gradebook: {acts} decisions, {laid} rows: {lost} lost, {doubled} doubled, rows told less rows kept {told['rows'] - laid}"
    )


def graded(folder: Path, files: Path) -> Path:
    """Mark a class; return its gradebook."""
    command = [
        Path(sys.executable).parent / "grader",
        "grade",
        files,
        "--rubric",
        RUBRIC,
        "--out",
        folder / "reports",
        "--quiet",
    ]
    subprocess.run(list(map(str, command)), check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return folder / "reports.gradebook"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument(
        "--parts", nargs="*", default=["sample", "large", "many"], choices=["sample", "large", "many"]
    )
    options.add_argument("--students", type=int, default=1000)
    options.add_argument("--decisions", type=int, default=10_000)
    options.add_argument("--gradebook", type=Path, help="of a large class that was marked before")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sample = graded(folder, ROOT / "submissions")
        if "sample" in chosen.parts:
            print("the sample class (asked: at most 60 decisions)")
            with Server(Path(shutil.copy(sample, folder / "sample.gradebook"))) as server:
                settle(server)
        if "large" in chosen.parts:
            book = folder / "large.gradebook"
            if chosen.gradebook:
                shutil.copy(chosen.gradebook, book)
            else:
                command = [
                    sys.executable,
                    ROOT / "tests/benchmarks/classroom.py",
                    folder / "class",
                    "--students",
                    chosen.students,
                ]
                subprocess.run(list(map(str, command)), check=True, stdout=subprocess.DEVNULL)
                (folder / "large").mkdir()
                shutil.move(graded(folder / "large", folder / "class"), book)
            print("a generated class")
            with Server(book) as server:
                settle(server)
        if "many" in chosen.parts:
            print(f"four clients, {chosen.decisions} decisions")
            with Server(Path(shutil.copy(sample, folder / "many.gradebook"))) as server:
                many(server, chosen.decisions)


if __name__ == "__main__":
    main()
