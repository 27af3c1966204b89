"""The autograder for Gradescope: reads what the platform lays out, writes results.json, builds the zip.

The platform's contract is read leniently and written strictly. Whatever happens, a valid results.json
stands there; it says whose fault it was, and ours is never the student's zero.
"""
