"""What training decides. Pure: no clock, no database, no network."""
