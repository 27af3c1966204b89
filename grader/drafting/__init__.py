"""A first rubric from what a teacher has: questions and model answers of any format to the text of a rubric.

`assignmentfiles` reads a file by its format; `documentquestions` finds the questions and answers of a document,
`moodlequiz`, `canvasquiz` and `gradescopeoutline` those of a platform. Each answer becomes criteria (`criteriondrafts`), the
network that a question describes the data they are derived from (`networkcode`, `networkwords`), and `rubrictext` writes it all
as YAML. What is written was tried on the model answer; what is a guess says so, in the file and on the terminal.
"""
