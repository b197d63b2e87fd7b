"""What engagements decides. Pure: no clock, no database, no network."""
