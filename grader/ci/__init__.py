"""Marking inside a build: hand-ins in, what continuous integration shows and reads out.

`buildmarking` judges under hard limits, `findings` says what became of every row in words and on which line,
and one module a format writes it: `jobsummary`, `junit`, `annotations`, `codequality`, `classroom`, `log`.
`buildrun` puts them together. Nothing here adds points; all of it is a view of the reports.
"""
