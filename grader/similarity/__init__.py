"""Pairs of hand-ins of a class that share more than chance would give: a hint for a person, never a verdict.

`sheets` reads the answers of a class from its gradebook; `wrongvalues` finds rare wrong answers that two share, `sharedwording`
says how likely the class finds words one after the other, `stretches` finds what two wrote word by word, `coincidence` says
how many such pairs chance would give, `similarpairs` puts them together and `similarview` shows them. Nothing compares
all texts with all others: what is rare is looked up by who has it, and what many have counts for nothing.
"""
