"""Marking inside a build: hand-ins in, what continuous integration shows and reads out.

`marking` judges under hard limits, `findings` says what became of every row in words and on which line,
and one module a format writes it: `summary`, `junit`, `commands`, `codequality`, `classroom`, `log`.
`running` puts them together. Nothing here adds points; all of it is a view of the reports.
"""
