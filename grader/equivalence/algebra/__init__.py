"""The last resort: a computer algebra system in a process of its own, killed at its deadline.

`algebraprocess` keeps the process and asks it, `process` is what runs in it. Trees go in, one word comes back.
"""
