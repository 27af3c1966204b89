"""The data operations: one family a file; each operation is `operation(spec) -> Derived`."""
