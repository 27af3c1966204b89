"""What `grader check` tells a teacher about an expected formula, at its line."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from grader.cli.entry import grader

HEAD = "id: t\nquestions:\n- id: q1\n  title: x\n  criteria:\n"


def warnings(tmp_path, check):
    path = tmp_path / "r.yaml"
    path.write_text(f"{HEAD}  - {{id: a, points: 1, formula: {check}}}\n", encoding="utf-8")
    run = CliRunner().invoke(grader, ["check", str(path)])
    assert run.exit_code == 0, run.output
    return [line for line in run.stderr.splitlines() if ": warning: " in line]


@pytest.mark.parametrize(
    ("check", "said"),
    [
        (r"{expected: '\frac{2}{n_{in}+n_{out}}'}", "only labels tell n_in and n_out apart"),
        (r"{expected: '(y_{true}-y_{pred})^2'}", "only labels tell y_pred and y_true apart"),
        (r"{expected: 'w-\eta\frac{\partial L}{\partial w}'}", "dL/dw stays unknown"),
        (r"{expected: 'E[X] + \int_0^1 x dx'}", "stay unknown"),
        (r"{expected: 'w^\top x + b'}", "w and x are read as matrices or vectors"),
        ("{expected: 2PR/(P+R), accept: ['2*prec*rec/(prec+rec)']}", "with prec and rec, which the expected formula has not"),
        ("{expected: a/bc}", "'a/bc' is read as a/b*c"),
    ],
)  # fmt: skip
def test_a_teacher_is_told(tmp_path, check, said):
    told = warnings(tmp_path, check)
    assert any(said in line for line in told), told
    assert all(":6:" in line for line in told)


@pytest.mark.parametrize(
    "check",
    [
        r"{expected: '\frac{2}{n_{in}+n_{out}}', symbols: {n_in: ['n_{in}'], n_out: ['n_{out}']}}",
        r"{expected: '\sum_i x_i y_i'}",
        r"{expected: 'w^\top x + b', matrices: [w, x]}",
        "{expected: 2PR/(P+R), accept: [2/(1/P+1/R)]}",
        r"{expected: 'w - \eta g', symbols: {g: ['\frac{\partial L}{\partial w}']}}",
        r"{expected: '\frac{x_i - \mu_B}{\sigma_B}'}",
        "{expected: '903,400'}",
    ],
)
def test_nothing_is_said_where_all_is_plain(tmp_path, check):
    assert not warnings(tmp_path, check)
