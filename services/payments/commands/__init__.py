"""What can be done in payments, each in one transaction."""
