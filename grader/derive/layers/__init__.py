"""The layers a network may have: one file a family."""
