"""The tables of payments: SQL next to its typed function."""
