"""Bytes of any format to blocks, one file a format, and the cut of blocks into answers."""
