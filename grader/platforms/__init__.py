"""What learning platforms give and take: one file a platform behind one table for each of the two ways.

`downloads/` reads what a platform gives out of what its students handed in, `worksheets/` the teacher's tables of a class,
which name its students and take their marks. Nothing here marks anything or knows a rubric.
"""
