"""What learning platforms give and take: one file a platform, found through a table."""
