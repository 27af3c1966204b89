"""For those who write a rubric: what `grader check` and `grader schema` tell them.

`examples` runs a rubric's own examples through marking, `lint` says what a rubric holds that its author may not have
meant, and `schemas` are the JSON Schemas of the files that people write and read. All of them read a rubric and change
nothing.
"""
