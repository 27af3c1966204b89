"""A whole class: which hand-ins are marked and which are known, whose count, what is written.

The stages are run one after the other, each of them resumable since everything that is done is in
the gradebook: `classmarking` (files to reports), `standing` (which report stands for each student),
`writing` (reports to files). `differences` says what a run would change.
"""
