"""Vary and damage what a rubric calls right: what only looks otherwise must stay right, what is wrong must lose.

A file for each kind of answer makes `Replacement`s of what stands for it, or `Mutant`s of a text; `trials` puts them in
place, has them judged and counts.
"""
