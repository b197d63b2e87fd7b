"""The tables of notifications: SQL next to its typed function."""
