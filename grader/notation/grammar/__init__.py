"""The grammar of formulas: characters to tokens to a tree, for LaTeX and plain text alike.

`folding` and `lexer` make tokens, `layout` settles what stands between them, `parser` is the engine of precedence with a
cursor, and every other file has the productions of one kind: operands, names, calls, binders, brackets, scripts,
derivatives. `trailing` and `remarks` cut off what stands behind a formula and is none of it. What the notation leaves
open is noted and offered as another reading, never decided in silence.
"""
