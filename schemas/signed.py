"""What one service's page signs for another's to read, sent through the browser in a hidden field."""

VERIFIED_ADDRESS = "verified-address"
"""From identity's sign-in to notifications' contact page: `email` and `person_id`, both str."""
VERIFIED_ADDRESS_SECONDS = 300
