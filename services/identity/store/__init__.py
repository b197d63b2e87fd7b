"""The tables of the front desk: typed reads and writes, SQL next to its function."""
