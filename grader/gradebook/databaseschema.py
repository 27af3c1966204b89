"""The tables, and how a gradebook of an older version is brought up to date."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from typing import Final

from grader.files.provenance import APPLICATION

# One script a version, in order; what has been released is never edited, only followed by another.
MIGRATIONS: Final[tuple[str, ...]] = (
    """
    CREATE TABLE runs (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,            -- grade, regrade, undo
        assignment TEXT NOT NULL,
        rubric TEXT NOT NULL,
        version TEXT NOT NULL,
        started TEXT NOT NULL,
        finished TEXT,                 -- NULL: under way, or interrupted
        marked INTEGER NOT NULL DEFAULT 0,
        reused INTEGER NOT NULL DEFAULT 0,
        failed INTEGER NOT NULL DEFAULT 0,
        seconds REAL NOT NULL DEFAULT 0
    );
    CREATE TABLE rubrics (
        digest TEXT PRIMARY KEY,
        assignment TEXT NOT NULL,
        criteria TEXT NOT NULL         -- JSON: by id, what a difference is told by
    ) WITHOUT ROWID;
    CREATE TABLE contents (
        digest TEXT PRIMARY KEY,
        raw BLOB NOT NULL              -- the file as it was handed in, zlib
    );
    CREATE TABLE reports (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,      -- of the source, its content, the rubric and the grader's version
        assignment TEXT NOT NULL,
        source TEXT NOT NULL,
        content TEXT NOT NULL REFERENCES contents(digest),
        rubric TEXT NOT NULL REFERENCES rubrics(digest),
        version TEXT NOT NULL,
        run INTEGER NOT NULL REFERENCES runs(id),
        submitted TEXT NOT NULL,
        low TEXT NOT NULL,             -- exact fractions
        high TEXT NOT NULL,
        body BLOB NOT NULL,            -- the report as JSON, zlib
        seconds REAL NOT NULL
    );
    CREATE TABLE students (
        report INTEGER NOT NULL REFERENCES reports(id),
        place INTEGER NOT NULL,        -- within the group
        id TEXT NOT NULL,
        name TEXT NOT NULL,
        email TEXT NOT NULL,
        PRIMARY KEY (report, place)
    ) WITHOUT ROWID;
    CREATE TABLE outcomes (
        report INTEGER NOT NULL REFERENCES reports(id),
        criterion TEXT NOT NULL,
        credit TEXT,                   -- NULL: a person must look
        reason TEXT NOT NULL,
        answer TEXT NOT NULL,          -- digest of the answer to its question
        PRIMARY KEY (report, criterion)
    ) WITHOUT ROWID;
    CREATE TABLE standings (
        assignment TEXT NOT NULL,
        student TEXT NOT NULL,
        place INTEGER NOT NULL,        -- in the order of the class
        report INTEGER NOT NULL REFERENCES reports(id),
        run INTEGER NOT NULL REFERENCES runs(id),
        PRIMARY KEY (assignment, student)
    ) WITHOUT ROWID;
    CREATE TABLE verdicts (
        key TEXT PRIMARY KEY,
        version TEXT NOT NULL,
        outcome BLOB NOT NULL          -- the outcome as JSON, zlib
    ) WITHOUT ROWID;
    """,
    """
    CREATE TABLE overrides (           -- append-only
        id INTEGER PRIMARY KEY,
        assignment TEXT NOT NULL,
        student TEXT NOT NULL,
        criterion TEXT NOT NULL,
        credit TEXT,                   -- NULL takes an earlier one back
        who TEXT NOT NULL,
        "when" TEXT NOT NULL,
        why TEXT NOT NULL,
        rule TEXT NOT NULL,            -- digest of the criterion as it was then
        answer TEXT NOT NULL           -- digest of the answer as it was then
    );
    CREATE INDEX overrides_by_student ON overrides(assignment, student, criterion, id);
    CREATE TABLE changes (             -- append-only: which report a student's standing went from and to
        run INTEGER NOT NULL REFERENCES runs(id),
        student TEXT NOT NULL,
        before INTEGER REFERENCES reports(id),
        after INTEGER NOT NULL REFERENCES reports(id),
        PRIMARY KEY (run, student)
    ) WITHOUT ROWID;
    CREATE TABLE views (               -- which files were written from what, so that none is written twice
        folder TEXT NOT NULL,
        student TEXT NOT NULL,
        key TEXT NOT NULL,
        files TEXT NOT NULL,           -- JSON: by name, size and time
        summary BLOB NOT NULL,         -- JSON, zlib: the student in the class's tables
        PRIMARY KEY (folder, student)
    ) WITHOUT ROWID;
    """,
    """
    ALTER TABLE runs ADD COLUMN undoes INTEGER REFERENCES runs(id);  -- the run that an undo took back
    CREATE TABLE handins (             -- what each student handed in, as far as the last run with them saw it
        assignment TEXT NOT NULL,
        student TEXT NOT NULL,
        place INTEGER NOT NULL,        -- in the order of the files
        source TEXT NOT NULL,
        content TEXT NOT NULL REFERENCES contents(digest),
        submitted TEXT NOT NULL,       -- by the table of times where there is one, else by the file
        PRIMARY KEY (assignment, student, place)
    ) WITHOUT ROWID;
    INSERT INTO handins SELECT standings.assignment, student, place, source, content, submitted
        FROM standings JOIN reports ON reports.id = report;
    CREATE TABLE due (                 -- due dates of single students, as the last run with them knew them
        assignment TEXT NOT NULL,
        student TEXT NOT NULL,
        due TEXT NOT NULL,
        PRIMARY KEY (assignment, student)
    ) WITHOUT ROWID;
    """,
    """
    ALTER TABLE standings ADD COLUMN present INTEGER NOT NULL DEFAULT 1;  -- 0: not among the files of the last run
    ALTER TABLE standings ADD COLUMN deduction TEXT;  -- JSON: points, why, own due date. NULL: not known
    ALTER TABLE changes ADD COLUMN deduction_before TEXT;
    ALTER TABLE changes ADD COLUMN deduction_after TEXT;
    """,
    """
    -- JSON: who handed in, as far as that was known from elsewhere than the file
    ALTER TABLE handins ADD COLUMN sender TEXT NOT NULL DEFAULT '';
    """,
    """
    CREATE TABLE acts (                -- append-only: what people did on the page where they decide
        id INTEGER PRIMARY KEY,
        assignment TEXT NOT NULL,
        kind TEXT NOT NULL,            -- decide, undo, split, merge, flag, comment, task, choose
        student TEXT NOT NULL,         -- whose answer it is about, "" for none
        question TEXT NOT NULL,
        criterion TEXT NOT NULL,
        data TEXT NOT NULL,            -- JSON: what the kind needs
        who TEXT NOT NULL,
        "when" TEXT NOT NULL
    );
    CREATE INDEX acts_by_kind ON acts(assignment, kind, id);
    ALTER TABLE overrides ADD COLUMN act INTEGER REFERENCES acts(id);  -- the act it came with, NULL without one
    -- what equal answers have in common, so that a later one is settled alike. Empty: this row alone
    ALTER TABLE overrides ADD COLUMN alike TEXT NOT NULL DEFAULT '';
    CREATE INDEX overrides_by_act ON overrides(act);
    """,
    """
    CREATE INDEX reports_by_content ON reports(content);
    CREATE TABLE repeats (             -- what the last grading went by and told, so that the same command need not begin
        assignment TEXT PRIMARY KEY,
        key TEXT NOT NULL,             -- of how it was asked for
        scope TEXT NOT NULL,           -- the assignment, or "" where what stands in others matters too
        run INTEGER NOT NULL,          -- the last one in this scope, else the note is stale
        state TEXT NOT NULL,           -- JSON: how many decisions and acts there were
        dated INTEGER NOT NULL,        -- what this file is dated to (ns), else somebody has written to it since
        data BLOB NOT NULL             -- JSON, zlib: files as they were, and what was told
    ) WITHOUT ROWID;
    """,
)

VERSION: Final = len(MIGRATIONS)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a gradebook up to VERSION, each step in a transaction of its own."""
    while (version := version_of(connection)) < VERSION:
        connection.execute("BEGIN IMMEDIATE")
        try:
            if version_of(connection) == version:  # nobody else was quicker
                for statement in MIGRATIONS[version].split(";"):
                    if statement.strip():
                        connection.execute(statement)
                connection.execute(f"PRAGMA application_id = {APPLICATION}")
                connection.execute(f"PRAGMA user_version = {version + 1}")
            connection.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):  # a disk that takes no more has already ended the transaction
                connection.execute("ROLLBACK")
            raise


def version_of(connection: sqlite3.Connection) -> int:
    """Return the version of the tables; 0 where there are none yet."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)
