"""An invented class of thirty in six scripts, and its table as each platform gives it."""

from __future__ import annotations

import csv
import io
from typing import NamedTuple


class Pupil(NamedTuple):
    number: int
    first: str
    last: str

    @property
    def sid(self) -> str:
        return f"00{4100 + self.number}"

    @property
    def login(self) -> str:
        return f"user{self.number:02}"

    @property
    def email(self) -> str:
        return f"{self.login}@Example.org"

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"

    @property
    def sortable(self) -> str:
        return f"{self.last}, {self.first}"


_NAMES = (
    "Ada Lindqvist", "Bo O'Brien", "Zoë Müller-Łoś", "Иван Петров", "Ольга Сидорова", "Νίκος Παππάς", "Ελένη Κώστα",
    "李 明", "王 芳", "يوسف حداد", "ליאת כהן", "さくら 田中", "Ada Lindqvist", 'Sam "Sammy" Reed', "Anna Berg;Dal", "=SUM(A1) Formula",
    "+49 Plus", "@at Sign", "-5 Minus", "Jo\nNewline", "Tab\tName", "Chloé Dupont", "Ünal Şahin", "Åsa Öberg", "Ján Ďurík", "Đorđe Ćosić",
    "Nguyễn Văn An", "José da Silva", "Lü Bù", "Zed Last",
)  # fmt: skip
PUPILS = tuple(Pupil(number, *name.split(maxsplit=1)) for number, name in enumerate(_NAMES))
# Who handed in what: the rest of the class, three of them nothing.
GROUP = (3, 4, 5)
NOTHING = (7, 16, 28)
OPEN = (9, 20)
LATE = (10, 21)


def table(rows, *, delimiter=",", end="\n", quote_all=False) -> str:
    out = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)
    return out.getvalue()


def canvas(*, points="6", delimiter=",", decimal=".") -> bytes:
    """As Canvas exports it: a mark at its beginning, lead-in rows, a test student, totals that are read-only."""
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Notes", "Essay, part 1 (8801)", "Small ones (8802)",
            "A small one (8803)", "Final Score"]  # fmt: skip
    rows = [head, ["", "", "", "", "", "", "Manual Posting", "", "", ""]]
    rows.append(["    Points Possible", "", "", "", "", "", f"10{decimal}00", points, points, "(read only)"])
    for pupil in PUPILS:
        names = [pupil.sortable, 900_000 + pupil.number, pupil.sid, pupil.login, "Section 1 and Section 2"]
        essay = "EX" if pupil.number == 2 else f"7{decimal}25"
        rows.append([*names, 'see "mail", please', essay, "", "", f"71{decimal}5"])
    rows.append(["Student, Test", 999_999, "", "f00baa", "Section 1", "", "", "", "", ""])
    return table(rows, delimiter=delimiter).encode("utf-8-sig")


def moodle(language="en", *, decimal=".", blind=False) -> bytes:
    """As Moodle exports its worksheet; the words of a site that nobody knows stand for any other language."""
    head, participant, yes = {
        "en": (["Identifier", "Full name", "ID number", "Email address", "Status", "Grade", "Maximum Grade", "Grade can be changed",
                "Last modified (submission)", "Last modified (grade)", "Feedback comments"], "Participant ", "Yes"),
        "de": (["ID", "Vollständiger Name", "Matrikelnummer", "E-Mail-Adresse", "Status", "Bewertung", "Bestwertung",
                "Bewertung kann geändert werden", "Zuletzt geändert (Abgabe)", "Zuletzt geändert (Bewertung)",
                "Feedback als Kommentar"], "Teilnehmer/in", "Ja"),
        "xx": (["Qa", "Qb", "Qc", "Qd", "Qe", "Qf", "Qg", "Qh", "Qi", "Qj", "Qk"], "Qarto ", "Sea"),
    }[language]  # fmt: skip
    rows = [head]
    for pupil in PUPILS:
        said = "Submitted for grading - Late" if pupil.number in LATE else "Submitted for grading"
        rows.append([
            f"{participant}{70_000 + pupil.number}", pupil.name, pupil.sid, pupil.email, said, "", f"6{decimal}00", yes,
            "Friday, 20 November 2026, 9:14 PM", "-", '<p>Well, "done"</p>\r\n<p>so far</p>' if pupil.number == 1 else "",
        ])  # fmt: skip
    if blind:
        rows = [[row[0], *row[4:]] for row in rows]
    return table(rows).encode("utf-8-sig" if language == "de" else "utf-8")


def gradescope() -> bytes:
    head = ["First Name", "Last Name", "SID", "Email", "Sections", "Total Score", "Max Points", "Status", "Submission ID",
            "Submission Time", "Lateness (H:M:S)", "View Count", "Submission Count", "1: Sums (3.0 pts)"]  # fmt: skip
    rows = [head]
    for pupil in PUPILS:
        names = [pupil.first, pupil.last, pupil.sid, pupil.email, "A"]
        if pupil.number in NOTHING:
            rows.append([*names, "", "6.0", "Missing", *[""] * 6])
        else:
            rows.append(
                [
                    *names,
                    "1.5",
                    "6.0",
                    "Graded",
                    300 + pupil.number,
                    "2026-11-20 17:20:33 +0100",
                    "00:00:00",
                    1,
                    1,
                    "1.5",
                ]
            )
    return table(rows).encode()


def gradescope_course() -> bytes:
    head = ["First Name", "Last Name", "SID", "Email", "section_name", "A small one", "A small one - Max Points",
            "A small one - Submission Time", "A small one - Lateness (H:M:S)", "Lab", "Lab - Max Points", "Total Lateness (H:M:S)"]  # fmt: skip
    rows = [
        [pupil.first, pupil.last, pupil.sid, pupil.email, "A", "", "6.0", "", "", "3.0", "4.0", ""]
        for pupil in PUPILS
    ]
    return table([head, *rows]).encode()


def gradescope_roster() -> bytes:
    rows = [[pupil.first, pupil.last, pupil.sid, pupil.email, "Student"] for pupil in PUPILS]
    return table(
        [
            ["First Name", "Last Name", "SID", "Email", "Role"],
            *rows,
            ["Tea", "Cher", "", "t@example.org", "Instructor"],
        ]
    ).encode()


def blackboard(*, text=True, language="en") -> bytes:
    """As Blackboard gives it: with tabs in UTF-16, or as CSV with every cell in quotes."""
    names = {
        "en": ["Last Name", "First Name", "Username", "Student ID", "Last Access", "Availability"],
        "xx": ["Wa", "Wb", "Wc", "Wd", "We", "Wf"],
    }[language]
    head = [*names, "Essay, part 1 [Total Pts: 100 Score] |4411", "A small one [Total Pts: 6 Score] |4412", "Quiz [Total Pts: up to 5 Percentage] |4413",
            "Total [Total Pts: up to 106 Score] |4410"]  # fmt: skip
    rows = [
        [
            pupil.last,
            pupil.first,
            pupil.login,
            pupil.sid,
            "2026-11-20 10:00:00",
            "Yes",
            "88,5",
            "Needs Grading",
            "80",
            "88.5",
        ]
        for pupil in PUPILS
    ]
    rows.append(["Preview", "User", "tcher_previewuser", "", "", "Yes", "", "", "", ""])
    if text:
        return table([head, *rows], delimiter="\t", end="\r\n", quote_all=True).encode("utf-16")
    return table([head, *rows], end="\r\n", quote_all=True).encode("utf-8-sig")


def brightspace() -> bytes:
    head = ["OrgDefinedId", "Username", "Last Name", "First Name", "Email", "A small one Points Grade <Numeric MaxPoints:6 Weight:10 Category:Labs CategoryWeight:50>",
            "Essay Points Grade <Numeric MaxPoints:20>", "Calculated Final Grade Numerator", "End-of-Line Indicator"]  # fmt: skip
    rows = [
        [f"#{pupil.sid}", f"#{pupil.login}", pupil.last, pupil.first, pupil.email, "", "12.5", "40", "#"]
        for pupil in PUPILS
    ]
    return table([head, *rows], end="\r\n").encode("utf-8-sig")


def plain() -> bytes:
    rows = [[pupil.sid, pupil.sortable, pupil.email, "07", "", ""] for pupil in PUPILS]
    return table(
        [["Matrikelnummer", "Name", "E-Mail", "Gruppe", "Note", "Bemerkung"], *rows],
        delimiter=";",
        end="\r\n",
    ).encode("utf-8-sig")
