"""Every shape of submission_metadata.json that is known from public files, and shapes that are not."""

from __future__ import annotations

import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.gradescope.metadata import read_metadata
from grader.model.submission import Student


@pytest.fixture
def read(tmp_path, base_metadata):
    def reader(data: object = None, **changes: object):
        path = tmp_path / "submission_metadata.json"
        path.write_text(data if isinstance(data, str) else json.dumps({**base_metadata, **changes}))
        return read_metadata(path)

    return reader


def test_only_an_ordinary_file_is_read(tmp_path) -> None:
    endless, pipe = tmp_path / "endless.json", tmp_path / "pipe.json"
    endless.symlink_to("/dev/zero")
    os.mkfifo(pipe)
    for path in (endless, pipe):
        (note,) = read_metadata(path).notes
        assert note == "submission_metadata.json cannot be read: it is no ordinary file"


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        ({"id": 9, "email": "a@example.org", "name": "Ada", "sid": "s1"}, Student(id="s1", name="Ada", email="a@example.org")),
        ({"id": 9, "email": "a@example.org", "name": "Ada", "sid": ""}, Student(id="a@example.org", name="Ada", email="a@example.org")),
        ({"id": 9, "email": "a@example.org", "name": "Ada", "sid": None}, Student(id="a@example.org", name="Ada", email="a@example.org")),
        ({"id": 9, "email": "a@example.org", "sid": "0042x"}, Student(id="0042x", email="a@example.org")),
        ({"id": 9, "email": "a@example.org", "sid": 42}, Student(id="42", email="a@example.org")),
        ({"id": 9, "sections": None}, Student(id="9")),
        ({"email": "a@example.org", "assignment": None, "sections": ["A", "B"]}, Student(id="a@example.org", email="a@example.org")),
        ({"id": 9, "name": None, "email": None}, Student(id="9")),
    ],
)  # fmt: skip
def test_students_of_every_shape(read, user, expected) -> None:
    assert read(users=[user]).students == (expected,)


def test_members_keep_their_own_due_dates(read) -> None:
    users = [
        {"id": 1, "assignment": {"due_date": "2026-11-25T10:00:00.000000+01:00", "release_date": None}},
        {"id": 2, "assignment": {"due_date": None}},
        {"id": 3},
    ]
    metadata = read(users=users)
    assert [moment.day for moment in metadata.due.values()] == [25, 21, 21]
    assert metadata.latest_due.day == 25


@pytest.mark.parametrize("outline", [None, [], [{"id": 1, "type": "FreeResponseQuestion", "weight": "2.0"}]])
@pytest.mark.parametrize("points", ["30.0", "4", 4, None])
def test_assignments_of_every_shape(read, outline, points) -> None:
    assignment = {
        "id": 1,
        "title": "x",
        "total_points": points,
        "outline": outline,
        "due_date": None,
        "group_size": None,
    }
    metadata = read(assignment=assignment, assignment_id=None, submission_method="GitHub")
    assert (metadata.due, metadata.notes) == ({}, ())


def test_earlier_hand_ins_in_any_order(read) -> None:
    earlier = [
        {"submission_time": "2026-11-19T12:00:00.123456+01:00", "score": "2.0", "results": None},
        {"submission_time": "2026-11-18T12:00:00+02:00", "score": 1.5, "autograder_error": False, "results": {}},
        {"submission_time": "2026-11-18T12:00:00Z", "score": None, "id": 5,
         "results": {"output": "The autograder failed to execute correctly.", "score": "0.0"}, "autograder_error": True},
        {"submission_time": None, "score": "9"},
    ]  # fmt: skip
    found = read(previous_submissions=earlier).earlier
    assert [(item.score, item.error) for item in found] == [(1.5, False), (None, True), (2.0, False)]


def test_what_cannot_be_read_is_noted_for_the_staff(read) -> None:
    metadata = read(created_at="yesterday", users=[3, {"name": "nobody"}], previous_submissions={"a": 1})
    assert metadata.students == ()
    assert metadata.created is None
    assert [note.split(": ", 1)[-1][:24] for note in metadata.notes] != []
    text = "\n".join(metadata.notes)
    for part in (
        "users[0]",
        "users[1]",
        "previous_submissions is no list",
        "created_at is no time with an offset",
    ):
        assert part in text


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("metadata")


@given(
    st.dictionaries(
        st.sampled_from(["id", "created_at", "assignment", "users", "previous_submissions"]),
        JSON
        | st.lists(
            st.dictionaries(
                st.sampled_from(["sid", "email", "id", "score", "results", "submission_time"]), JSON
            )
        ),
    )
)
def test_no_shape_at_all_raises(place, data) -> None:
    path = place / "m.json"
    path.write_text(json.dumps(data))
    metadata = read_metadata(path)
    assert all(student.id for student in metadata.students)
