"""Values with rigorous bounds: what disproves that two formulas are equal.

`pointvalues` computes a tree at a point, exactly or in balls (`balls`); `points` chooses readable points of the domains
first; `sampling` compares a pair at them. `arrayvalues` does the same with small vectors and matrices, `worlds` with unknown
functions, and `near` where values need only be near each other. A difference at a point is a disproof; agreement at many
is only probable.
"""
