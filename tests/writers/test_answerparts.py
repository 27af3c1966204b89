from grader.writers.answerparts import in_brackets, part_view


def none(text):
    return ()


def test_a_list_of_rows_is_a_matrix():
    assert part_view((("1", "0"), ("0", "1/9")), none).lines == (("1", "0"), ("0", "1/9"))


def test_other_lists_stand_on_one_line():
    assert part_view(("3", "3"), none).text == "[3, 3]"
    assert part_view((("1",), "2"), none).text == "[[1], 2]"
    assert part_view(((("1",),),), none).text == "[[[1]]]"
    assert part_view((), none).text == "[]"


def test_a_large_matrix_is_shortened():
    assert part_view((("1",) * 100,) * 100, none).text.endswith("…")


def test_a_mapping_keeps_its_members_down_to_a_depth():
    view = part_view({"a": {"b": {"c": {"d": {"e": "x"}}}}}, none)
    for _ in range(4):
        ((_, view),) = view.members
    assert view.text == in_brackets({"e": "x"}) == "{e: x}"


def test_text_is_cut_into_stretches():
    assert [item.kind for item in part_view("a $x$", none).all_stretches()] == ["", "formula"]
