"""What may happen in recruitment. Pure: no clock, no database, no network, no randomness."""
