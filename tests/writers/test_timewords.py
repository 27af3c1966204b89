import pytest

from grader.writers.timewords import moment


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-03-03T14:10:00Z", "3 March 2026, 14:10 UTC"),
        ("2026-03-03T14:10:59.5+00:00", "3 March 2026, 14:10 UTC"),
        ("2026-12-31T23:59:00-05:30", "31 December 2026, 23:59 (UTC-05:30)"),
        ("2026-03-03 14:10", "3 March 2026, 14:10"),
        ("2026-03-03", "3 March 2026"),
        ("", ""),
        ("yesterday", "yesterday"),
        ("2026-02-30T00:00:00Z", "2026-02-30T00:00:00Z"),
    ],
)
def test_times_in_words(text, words):
    assert moment(text) == words
