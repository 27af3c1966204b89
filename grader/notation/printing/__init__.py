"""Trees as text: `text` is plain notation that reads back to the same tree, `latexprinter` is LaTeX to show people.

`quotednames` says which names plain text reads as themselves. A tree comes in and a string comes out; nothing is simplified
on the way, so that people see how they were read.
"""
