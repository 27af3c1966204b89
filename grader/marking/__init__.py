"""Mark a submission: answers and a rubric come in, reports go out. The only room where outcomes become points.

`judgement` is one criterion of one answer, `questionmarking` all criteria of it, `assembly` the whole of a submission.
"""
