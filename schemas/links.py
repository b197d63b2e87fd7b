"""Every address that one service's page gives for another's page, and the items of the header.

A test holds each of them to a route of the service whose card names its path.
"""

HOME = "/home"
SIGN_IN = "/sign-in"
NEW_ACCOUNT = "/sign-in/new"
SIGN_IN_AGAIN = "/sign-in/again"
RENEW = "/sign-in/renew"
SIGN_OUT = "/sign-out"
ORGANISATIONS = "/organisations"
ORGANISATION = "/organisations/{ods}"
JOIN = "/join"
MY_APPLICATION = "/join/mine"
MY_PROFILE = "/profile/mine"
MY_TRAINING = "/training/mine"
TRAINING = "/training"
FEED = "/opportunities"
OPPORTUNITY = "/opportunities/{id}"
MY_MATCHES = "/matches/mine"
MY_MATCH = "/matches/mine/{id}"
SHOW_INTEREST = "/engagements/interest/{opportunity_id}"
MY_ENGAGEMENTS = "/engagements/mine"
MY_ENGAGEMENT = "/engagements/mine/{id}"
STAFF_OPPORTUNITIES = "/opportunities/for/{ods}"
STAFF_INTAKE = "/engagements/for/{ods}/{opportunity_id}"
IMPACT = "/impact"
MY_CLAIMS = "/claims/mine"
MY_CLAIM = "/claims/mine/{id}"
MY_PAYEE_DETAILS = "/payments/mine/details"
STAFF_CLAIMS = "/claims/for/{ods}"
STAFF_CLAIM = "/claims/for/{ods}/{id}"
STAFF_PAYMENTS = "/payments/for/{ods}"
STAFF_APPLICATIONS = "/people/for/{ods}"
STAFF_APPLICATION = "/people/for/{ods}/{id}"
STAFF_JOINING_POLICIES = "/people/for/{ods}/policies"
STAFF_PAY_POLICIES = "/payments/for/{ods}/policies"
STAFF_POOL = "/people/for/{ods}/pool"
STAFF_ROLES = "/organisations/for/{ods}"
STAFF_GRANTS = "/organisations/for/{ods}/grants"
STAFF_NEW_PERSON = "/organisations/for/{ods}/people/new"
STAFF_PHONE_ENTRY = "/people/for/{ods}/phone"
STAFF_TRAINING = "/training/for/{ods}"
STAFF_HOME = "/home/for/{ods}"
STAFF_MESSAGES = "/messages/for/{ods}"
STAFF_CONTACT = "/messages/for/{ods}/people/{person_id}"
MY_MESSAGES = "/messages/mine"
OPERATORS = "/ops"
RUNBOOK = "/ops/runbooks/{name}"
SCHEMA = "/developers/published/{name}"

HEADER: tuple[tuple[str, str], ...] = (
    ("Opportunities", FEED),
    ("Training", TRAINING),
    ("What changed", IMPACT),
    ("Join", JOIN),
    ("Home", HOME),
)
"""Words and address of each item of the header, in order."""
