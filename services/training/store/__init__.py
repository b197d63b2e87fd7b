"""The tables of training: SQL next to its typed function."""
