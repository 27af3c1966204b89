"""What is done to both trees before they are compared, so that one symbol means one thing in both.

`pair` calls the others in their order: labels and indices, index sets, unknowns such as derivatives, domains. Vectors
and matrices are told by `symbolshapes` and written out by `vectorcomponents` and `matrixentries`; probabilities get one form in `chances`
and `probabilities`. Two trees come in; two trees come out, with notes on what had to be assumed.
"""
