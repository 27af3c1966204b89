"""An invented class of thirty, and what each platform would give out of it, in the shapes that the platforms' rooms document.

Every maker returns the entries of a zip and, for each student who must have a report, the mark that the file earns.
"""

from __future__ import annotations

import io
import sys
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "documents"))
from pdffiles import page
from pdffiles import words as text

NAMES = (
    "Ada Lovelace", "Bo Ek", "Çelik Öztürk", "Дарья Кузнецова", "Ελένη Παππά", "فاطمة الزهراء", "李 小龙", "山田 花子",
    "Jean-Luc O'Neil", "María José Núñez", "Nguyễn Văn An", "김 민수", "Åsa Öström", 'Zoë "Zo" Vries', "Ann, Lee", "Łukasz Żak",
    "Ian Mc Kay", "Ib Bo", "Maya Ben-David", "Omar Farouk", "Priya Rao", "Quang Le", "Ravi Das", "Sofia Lund", "Tomás Silva",
    "Uma Iyer", "Vera Novak", "Wei Chen", "Xenia Popova", "Yosef Katz",
)  # fmt: skip
RIGHT, WRONG = "## Question 1\n\n7850 in total\n", "## Question 1\n\n7840 in total\n"
LATE, GROUP, TWICE, NOTHING = 3, (4, 5), 6, 29
RUBRIC = """
id: small
attempts: last
questions:
  - id: q1
    criteria:
      - {id: q1_count, points: 2, number: {expected: 7850, near: [total]}}
"""


@dataclass
class Made:
    """A download and what must come of it."""

    name: str
    entries: list[tuple[str, bytes]] = field(default_factory=list)
    marks: dict[str, int] = field(default_factory=dict)

    def add(self, path: str, content: str | bytes) -> None:
        self.entries.append((path, content if isinstance(content, bytes) else content.encode()))

    def zip(self, folder: Path) -> Path:
        path = folder / self.name
        path.write_bytes(zipped(self.entries))
        return path

    def unpacked(self, folder: Path) -> Path:
        for path, content in self.entries:
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        return folder


def zipped(entries: list[tuple[str, bytes]]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in entries:
            archive.writestr(zipfile.ZipInfo(path), content)
    return held.getvalue()


def mark(number: int) -> int:
    return 2 if number % 3 else 0


def answer(number: int) -> str:
    return RIGHT if mark(number) else WRONG


def mangled(name: str) -> str:
    """A sortable name as Canvas writes it into files' names."""
    *first, last = name.split()
    return "".join(sign for sign in f"{last}{''.join(first)}".lower() if sign.isalnum())


def canvas() -> Made:
    made = Made("submissions.zip")
    for number, name in enumerate(NAMES):
        if number in {NOTHING, GROUP[1]}:  # a group has one file, under one member's name
            continue
        user = 4100 + number
        late = "LATE_" if number == LATE else ""
        stem = f"{mangled(name)}_{late}{user}"
        if number % 5 == 1:
            made.add(
                f"{stem}_text.html",
                f"<h2>Question 1</h2><p>{'7850' if mark(number) else '7840'} in total</p>",
            )
        else:
            made.add(f"{stem}_{90000 + number}_my answers_2_3.md", answer(number))
        if number == 7:
            made.add(f"{stem}_{95000 + number}_plot.png", b"\x89PNG\r\n\x1a\n" + bytes(99))
        made.marks[str(user)] = mark(number)
    return made


def canvas_anonymous() -> Made:
    made = Made("submissions (1).zip")
    for number in range(29):
        late = "LATE_" if number == LATE else ""
        made.add(f"{late}anon_x{number:02}Qb_{90000 + number}_a_1_2.md", answer(number))
        made.marks[f"anon_x{number:02}Qb"] = mark(number)
    return made


def moodle() -> Made:
    made = Made("ML-Review 3-171.zip")
    for number, name in enumerate(NAMES):
        if number == NOTHING:
            continue
        folder = f"{name.replace('_', ' ')}_{1700 + number}_assignsubmission_"
        end = "_" if number % 2 else ""
        if number % 5 == 1:
            made.add(
                f"{folder}onlinetext{end}/onlinetext.html",
                f"<html><body><h2>Question 1</h2><p>{'7850' if mark(number) else '7840'} in total</p></body></html>",
            )
        else:
            made.add(f"{folder}file{end}/answers.md", answer(number))
        if number == 8:
            made.add(f"{folder}onlinetext{end}/onlinetext.html", "<p>See my file.</p>")
        made.marks[str(1700 + number)] = mark(number)
    return made


def moodle_flat() -> Made:
    made = Made("flat.zip")
    for number, name in enumerate(NAMES[:29]):
        made.add(f"{name}_{1700 + number}_assignsubmission_file_my_answers.md", answer(number))
        made.marks[str(1700 + number)] = mark(number)
    return made


def moodle_blind() -> Made:
    made = Made("blind.zip")
    for number in range(29):
        made.add(f"Participant_{1700 + number}_assignsubmission_file/answers.md", answer(number))
        made.marks[f"Participant {1700 + number}"] = mark(number)
    return made


def gradescope() -> Made:
    made = Made("submissions.zip")
    lines = ["---"]
    for number, _name in enumerate(NAMES):
        if number in {NOTHING, GROUP[1]}:
            continue
        key = f"submission_{5000 + number}"
        members = [number, GROUP[1]] if number == GROUP[0] else [number]
        lines += [f"{key}:", "  :submitters:"]
        for member in members:
            written = NAMES[member].replace('"', '\\"')
            lines += [
                f'  - :name: "{written}"',
                f"    :sid: '00{member:03}'",
                f"    :email: s{member}@example.org",
            ]
            made.marks[f"00{member:03}"] = mark(number)
        lines += [
            f"  :created_at: 2026-11-{number % 20 + 1:02} 12:00:00.123456789 Z",
            "  :score: 3.0",
            "  :results:",
            "    :tests:",
            "    - :name: a",
            '      :output: ":submitters: nobody"',
            "  :history:",
            "  - :id: 77",
            f"    :created_at: 2026-11-{number % 20 + 2:02} 12:00:00 Z",
            "    :submitters: []",
        ]
        made.add(f"assignment_1_export/{key}/answers.md", answer(number))
        made.add(f"assignment_1_export/{key}/__MACOSX/._answers.md", b"\x00")
    made.add("assignment_1_export/submission_metadata.yml", "\n".join(lines) + "\n")
    return made


def gradescope_pdf() -> Made:
    """Uploads of PDF have a file each, where others have a folder."""
    made = Made("pdf.zip")
    lines = []
    for number in range(29):
        lines += [
            f"{5000 + number}.pdf:",
            "  :submitters:",
            f"  - :name: N{number}",
            "    :sid:",
            f"    :email: s{number}@example.org",
        ]
        made.add(
            f"e/{5000 + number}.pdf",
            page(text((72, 720, 16, "Question 1"), (72, 690, 10, answer(number).split("\n")[2]))),
        )
        made.marks[f"s{number}@example.org"] = mark(number)
    made.add("e/submission_metadata.yml", "\n".join(lines))
    return made


def blackboard() -> Made:
    made = Made("gradebook_ML1_HW_3_2026-11-21-10-00-00.zip")
    for number, name in enumerate(NAMES):
        if number == NOTHING:
            continue
        times = ["2026-11-20-10-11-12"] + ["2026-11-21-08-00-00"] * (number == TWICE)
        for time in times:
            stem = f"HW_3_s{number}_attempt_{time}"
            said = answer(number) if time == times[-1] else "## Question 1\n\n1 in total\n"
            typed = (
                said if number % 5 == 1 else "There is no student submission text data for this assignment."
            )
            listed = (
                ""
                if number % 5 == 1
                else f"\tOriginal filename: my_attempt_1.md\n\tFilename: {stem}_my_attempt_1.md\n"
            )
            made.add(
                f"{stem}.txt",
                f"Name: {name} (s{number})\nAssignment: HW_3\nDate Submitted: Friday\nCurrent Mark: \n\nSubmission Field:\n{typed}\n\nComments:\nNone\n\nFiles:\n{listed}",
            )
            if number % 5 != 1:
                made.add(f"{stem}_my_attempt_1.md", said)
        made.marks[f"s{number}"] = mark(number)
    return made


def brightspace() -> Made:
    made = Made("Review 3 Download Nov 21, 2026 1000 AM.zip")
    made.add("index.html", "<html><body>Submissions</body></html>")
    for number, name in enumerate(NAMES):
        if number == NOTHING:
            continue
        dates = ["Nov 20, 2026 914 AM"] + ["Nov 20, 2026 1259 PM"] * (number == TWICE)
        for turn, date in enumerate(dates):
            said = answer(number) if date == dates[-1] else "## Question 1\n\n1 in total\n"
            made.add(f"{3000 + number}-{800 + turn} - {name} - {date}/answers.md", said)
        made.marks[str(3000 + number)] = mark(number)
    return made


def google() -> Made:
    made = Made("Review 3-20261121T100000Z-001.zip")
    for number, name in enumerate(NAMES):
        if number == NOTHING:
            continue
        made.add(f"Review 3/{name} - Review 3.md", answer(number))
        made.marks[name] = mark(number)
    return made


def github() -> Made:
    made = Made("review-3-submissions.zip")
    for number in range(29):
        folder = f"review-3-submissions/review-3-student-{number}"
        made.add(
            f"{folder}/README.md", answer(number) if number % 2 else "Write your answers into answers.md."
        )
        if not number % 2:
            made.add(f"{folder}/answers.md", answer(number))
        made.add(f"{folder}/.github/workflows/classroom.yml", "on: push")
        made.add(f"{folder}/environment.yml", "name: ml\n")
        made.add(f"{folder}/src/train.py", "x = 1\n")
        made.marks[f"student-{number}"] = mark(number)
    return made


def folders() -> Made:
    made = Made("class.zip")
    for number, name in enumerate(NAMES):
        if number == NOTHING:
            continue
        made.add(f"{name}/answers.md", answer(number))
        if number % 4 == 0:
            made.add(f"{name}/appendix.md", "# Appendix\n\nNothing more.\n")
        made.marks[" ".join(name.split())] = mark(number)
    return made


def zips() -> Made:
    made = Made("class.zip")
    for number in range(29):
        made.add(f"s{number:03}.zip", zipped([("hw/answers.md", answer(number).encode())]))
        made.marks[f"s{number:03}"] = mark(number)
    return made


CLASSES = {
    maker.__name__: maker
    for maker in (
        canvas, canvas_anonymous, moodle, moodle_flat, moodle_blind, gradescope, gradescope_pdf, blackboard, brightspace,
        google, github, folders, zips,
    )
}  # fmt: skip
