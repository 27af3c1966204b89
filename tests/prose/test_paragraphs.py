from __future__ import annotations

from grader.prose.paragraphs import cut


def shape(text: str) -> list[tuple[str, str, int]]:
    return [(block.kind, block.ordinal, block.parent) for block in cut(text)]


def test_items_know_what_they_stand_under() -> None:
    assert shape("For two purposes:\n1. speed\n2. accuracy\n   - of course") == [
        ("paragraph", "", -1),
        ("item", "1", 0),
        ("item", "2", 0),
        ("item", "", 2),
    ]


def test_a_commented_cell_is_plain_text() -> None:
    assert shape("# 2. No, never\n# in a layer\n\n# 3. Yes") == [("item", "2", -1), ("item", "3", -1)]


def test_a_heading_stays_in_force() -> None:
    blocks = cut("## Training\nIt is slower.\n\nMuch slower.")
    assert [(block.kind, block.heading) for block in blocks] == [
        ("heading", -1),
        ("paragraph", 0),
        ("paragraph", 0),
    ]


def test_lines_with_names_are_rows() -> None:
    assert len(cut("ReLU: fast\nELU: slow but better\nTanh  between -1 and 1")) == 3


def test_a_wrapped_paragraph_is_one_block() -> None:
    text = "Dropout slows training down because more steps are needed before\nthe network converges to a solution."
    assert len(cut(text)) == 1


def test_a_quoted_line_is_a_quotation_only_beside_others() -> None:
    assert [block.quoted for block in cut("> No, never.\n> Yes.")] == [False, False]
    assert [block.quoted for block in cut("The book says:\n\n> always\n\nI say no.")] == [False, True, False]
