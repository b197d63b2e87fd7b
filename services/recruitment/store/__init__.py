"""The tables of recruitment: SQL next to its typed function."""
