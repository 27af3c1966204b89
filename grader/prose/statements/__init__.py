"""A sentence comes in, patterns of the check `keywords` that look for what it says go out."""
