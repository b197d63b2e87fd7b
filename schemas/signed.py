"""What one service's page signs for another's to read, sent through the browser in a hidden field."""

VERIFIED_ADDRESS = "verified-address"
"""From identity's sign-in to notifications' contact page: `email` and `person_id`, both str."""
VERIFIED_ADDRESS_SECONDS = 300
SHOWN_BY_CONTACT = "shown-by-contact"
"""From notifications to identity, of somebody without a credential who said how we reach them: `person_id` and
`session_id`, both str."""
SHOWN_BY_CONTACT_SECONDS = 300
