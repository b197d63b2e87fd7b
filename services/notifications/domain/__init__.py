"""What notifications decides. Pure: no clock, no database, no network."""
