"""The comparison of each kind of thing: numbers, equations, sets, conditions, lists, quantities, growth, updates.

A pair of one kind and the options come in, a verdict comes out. `scalars` is the heart: same tree, normal form, points,
regions of signs, then the computer algebra system; the others bring what they compare down to it.
"""
