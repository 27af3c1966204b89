"""Numbers as people write them, each read exactly and with every way to understand it.

`exact` reads a number by itself, `numerals` one in words, `separators` and `literals` digits inside a formula; `units` are
those of the field, `cells` the entries of matrices; `arithmetic` and `matrixvalues` work out what is written out in full.
A text comes in, fractions come out, with notes where a comma may be two things. Nothing here knows a tree.
"""
