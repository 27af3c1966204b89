"""The rules of `grader check`, one file a subject: each takes an `Inspection` and yields what it finds.

Their order stands in `grader.authoring.lint`.
"""
