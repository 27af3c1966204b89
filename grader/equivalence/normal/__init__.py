"""The exact normal form: what proves that two formulas are equal.

A tree becomes a quotient (`quotients`) of sparse polynomials (`ring`) over atoms, by `normalizer`; `laws`, `circular`,
`sums`, `factors` and `signs` are its rules, each with its condition, and `products` the words that do not commute. Equal
normal forms are a proof in the declared domains; different ones say nothing.
"""
