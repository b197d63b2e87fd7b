"""The tables of matching: SQL next to its typed function."""
