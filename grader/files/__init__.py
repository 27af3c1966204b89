"""Files as data: YAML and JSON with the place of every key, and what is wrong in them at its line.

`yamltree` reads text into plain data and remembers where everything stood. `fields` says what a scalar means by the type
of the field it stands in, and `validation` turns what a model refuses into problems at their lines, in our words.
`registry` resolves a name in a literal table when it is first needed, so that nothing is imported before. `provenance`
tells what the grader itself wrote, so that no output replaces an input and none is read as a hand-in.
"""
