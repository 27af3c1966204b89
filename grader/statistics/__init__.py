"""What a class's scores say of the class, of the questions and of the key.

Whole hundredths of points come in, student by student, with the least and the most that an open row can come to; out come
means and medians with the range that the open rows leave, the spread, how hard each criterion is and how well it tells
the strong from the weak, the reliability of the whole, answers that many gave, and warnings where the key looks wrong.
What too few students decide is not said. `scores` is about totals, `items` about criteria, `commonanswers` about what was given.
"""
