"""The words of the project, and nothing that works with them.

A submission (`submission`) is what one student handed in: answers, their parts, the places they stand at. A check makes
an outcome (`outcome`) with evidence; `outcomes` has the one vocabulary of what can come of a check. Marking makes a
report (`report`), `totals` is the only place where points are added, and `disclosure` the only one that decides what a
student may see of it. `identity` says what one student's id is, whoever wrote it; `errors` are for the people who run
the grader, never about a student's knowledge. Nothing here reads a file or knows a rubric.
"""
