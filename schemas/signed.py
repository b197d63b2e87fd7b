"""What one service's page signs for another's to read, sent through the browser in a hidden field."""

VERIFIED_ADDRESS = "verified-address"
"""From identity's sign-in to notifications' contact page: `email` and `person_id`, both str."""
VERIFIED_ADDRESS_SECONDS = 300
SHOWN_BY_CONTACT = "shown-by-contact"
"""From notifications to identity, of somebody without a credential who said how we reach them: `person_id` and
`session_id`, both str."""
SHOWN_BY_CONTACT_SECONDS = 300
PROVED_MAILBOX = "proved-mailbox"
"""From notifications to identity, of somebody without a credential who has just opened the link that was sent to their
mailbox: `person_id` and `email`, both str. With it they can sign in from then on."""
PROVED_MAILBOX_SECONDS = 300

REGISTER_CONTACTS = "register-contacts"
"""From recruitment's import to notifications: `import_id`, `organisation_id` and `rows`, each with `line`, `person_id`
and, as they were typed, `email`, `phone`, `mobile`, `address`, `postcode`, `prefers`; all str but `line`, an int. Cells
that are empty are left out."""
REGISTER_TRAINING = "register-training"
"""From recruitment's import to training: the same, where each row has `title`, `on` and `by`. A person may have several
rows, also of one line."""
REGISTER_SECONDS = 24 * 60 * 60

ASKED_TO_JOIN = "asked-to-join"
"""From notifications' message to recruitment's page, in the address: `application_id` and `person_id`, both str."""
ASKED_TO_JOIN_SECONDS = 60 * 24 * 60 * 60
WANTS_LETTER = "wants-letter-to-sign-in"
"""From recruitment's page to notifications', of somebody who said yes there: `person_id`, a str. It is good for a
letter to the mailbox that notifications holds, and for nothing else."""
WANTS_LETTER_SECONDS = 60 * 60

STOP_MATCHES = "stop-matches"
"""In the address of a mail of a role that fits, by which such mails are stopped: `person_id`, str. Notifications reads
it itself."""
STOP_MATCHES_SECONDS = 400 * 24 * 60 * 60
STILL_WANTED = "still-wanted"
"""In the address of a mail that asks whether somebody still wants to be told of roles: `person_id`, str. Notifications
reads it itself."""
STILL_WANTED_SECONDS = 400 * 24 * 60 * 60
MONTHLY_LIST = "monthly-list"
"""In the address that a monthly list goes out with, by which it is stopped: `person_id`, str. Notifications reads it
itself."""
MONTHLY_LIST_SECONDS = 400 * 24 * 60 * 60
