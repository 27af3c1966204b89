"""What stands in an answer: `Reading`, and the finders it is made of."""
