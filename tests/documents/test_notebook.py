"""Notebooks become blocks: Markdown cells are text, outputs are outputs, code is a program."""

from __future__ import annotations

import json

import pytest

from grader.documents.notebook import read
from grader.model.errors import SubmissionError

PNG = "aGk="


def notebook(*cells: dict) -> str:
    return json.dumps({"cells": cells, "nbformat": 4})


def test_cells_become_blocks_with_their_cell() -> None:
    document = read(
        notebook(
            {"cell_type": "markdown", "source": ["## Question 1\n", "\n", "It is 4."]},
            {
                "cell_type": "code",
                "source": "print(5)",
                "outputs": [{"output_type": "stream", "text": ["5\n"]}],
            },
        )
    )
    assert [(block.kind, block.text, block.spot.cell, block.program) for block in document.blocks] == [
        ("heading", "Question 1", 1, False),
        ("paragraph", "It is 4.", 1, False),
        ("code", "print(5)", 2, True),
        ("output", "5\n", 2, False),
    ]
    for block in document.blocks[:2]:
        assert document.text[block.spot.start : block.spot.end] == block.text


def test_attachments_and_drawings_are_pictures() -> None:
    document = read(
        notebook(
            {"cell_type": "markdown", "source": "![image.png](attachment:image-3.png)", "attachments": {"image-3.png": {"image/png": PNG}}},
            {"cell_type": "code", "source": "plot()", "outputs": [{"output_type": "display_data", "data": {"image/png": PNG, "text/plain": "<Figure size 640x480 with 1 Axes>"}}]},
        )
    )  # fmt: skip
    pictures = [picture for block in document.blocks for picture in block.pictures]
    assert [(picture.media, picture.content) for picture in pictures] == [("image/png", b"hi")] * 2
    assert "640" not in document.text
    assert "3" not in document.text


def test_comments_alone_are_text() -> None:
    document = read(notebook({"cell_type": "code", "source": "# ## Question 1\n# It is 4."}))
    assert [block.kind for block in document.blocks] == ["heading", "paragraph"]


@pytest.mark.parametrize(
    "text", ["{}", "[]", '{"cells": 3}', '{"cells": [3, {"source": " "}]}', "{", "[" * 100_000]
)
def test_what_is_no_notebook_is_refused(text: str) -> None:
    with pytest.raises(SubmissionError, match="notebook"):
        read(text, "a.ipynb")
