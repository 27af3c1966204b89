"""The cut: a document and the outline of a rubric become the answers of a hand-in.

`lines` says what stands on each line, `labels` what a line calls itself, `addresses` which question that is,
`candidates` puts these together, `assignment` picks the best of all of them as a whole, `sections` are the stretches
that follow from it, `foreign` takes out what is not the student's, and `answers` makes the Submission.
"""
