"""The tables of engagements: SQL next to its typed function."""
