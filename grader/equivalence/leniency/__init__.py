"""What may differ and still be right, and when a difference may be one of writing, so that a person decides.

`upto` and `renaming` are what a rubric allows; `conventions`, `doubts` and `matchings` look, after a difference was found,
for the one thing that put right would make the formulas equal. Nothing here turns a difference into a proof.
"""
