"""A teacher's rubric: one YAML file, checked before anything is marked.

`loading` reads it (`read_rubric`, `load_rubric`) and names every problem at its line; `questions` is what comes out:
`Rubric`, `Question`, `Criterion`. On the way `parts` spreads the parts of a question, `sets` reads synonym sets, its own
and imported ones, `template` the assignment as it was handed out, and `derivation` fills in what the rubric leaves to a
network or data. `lateness` and `release` are the keys about time and about what platforms show, `implications` settles
one criterion by another, and `digest` says when two rubrics decide alike.
"""
