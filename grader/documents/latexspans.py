r"""Stretches of LaTeX that are taken as a whole: what a formula holds, and the cells of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.documents.latextokens import MAX_NESTED

if TYPE_CHECKING:
    from grader.documents.latextokens import LatexToken, TokenStream

_UNSEEN_IN_FORMULAS: Final = {r"\label": 1, r"\tag": 1, r"\tag*": 1, r"\nonumber": 0, r"\notag": 0}


def latex_until(stream: TokenStream, closing: str, environment: str) -> tuple[str, int]:
    """Return LaTeX up to what closes it, and where that ends; an empty line ends a formula that is left open."""
    pieces: list[str] = []
    end, named = 0, False
    while (token := stream.next()) is not None:
        if named and token.kind == "text" and token.text[0].isalnum():
            pieces.append(" ")  # which ends the command's name, and was taken for part of it
        named = False
        if token.kind == "par" and not environment:
            stream.push([token])
            break
        if token.text == closing and token.kind != "text":
            end = max(end, token.end)
            if not environment:
                break
            name = stream.name_argument()
            if name == environment:
                break
            pieces.append(f"\\end{{{name}}}")
            continue
        end = max(end, token.end)
        if token.text in _UNSEEN_IN_FORMULAS:
            for _ in range(_UNSEEN_IN_FORMULAS[token.text]):
                stream.argument()
        elif token.kind == "word":
            pieces.append(token.text)
            named = True
            continue
        elif token.kind in {"space", "par"}:
            pieces.append(" ")
        elif token.kind == "code":
            pieces.append(f"\\text{{{token.text}}}")
        else:
            pieces.append(token.text)
    return " ".join("".join(pieces).split()), end


def table_cells(stream: TokenStream, name: str) -> tuple[list[list[list[LatexToken]]], int]:
    """Return the cells of a table as tokens, and where it ends."""
    rows: list[list[list[LatexToken]]] = [[[]]]
    depth = end = 0
    while (token := stream.next()) is not None:
        end = max(end, token.end)
        depth += {"open": 1, "close": -1}.get(token.kind, 0)
        if depth > MAX_NESTED:
            raise stream.too_deep(token)
        if token.text in {r"\begin", r"\end"} and token.kind == "word":
            inner = stream.name_argument()
            if token.text == r"\end" and inner == name:
                break
            depth += 1 if token.text == r"\begin" else -1
            opening, closing = token._replace(kind="open", text="{"), token._replace(kind="close", text="}")
            rows[-1][-1] += [token, opening, token._replace(kind="text", text=inner), closing]
        elif token.kind == "amp" and not depth:
            rows[-1].append([])
        elif token.text in {r"\\", r"\tabularnewline"} and token.kind in {"symbol", "word"} and depth <= 0:
            stream.optional()
            rows.append([[]])
        else:
            rows[-1][-1].append(token)
    return rows, end
