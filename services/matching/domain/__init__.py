"""What matching decides. Pure: no clock, no database, no network."""
