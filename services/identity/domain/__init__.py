"""What the front desk decides. Pure: no clock, no database, no network."""
