"""What payments decides. Pure: no clock, no database, no network. Money is integer pence sterling."""
