"""What nobody may do at a desk that somebody else left open asks for a proof of the last ten minutes, page and API."""

from tests.journeys.routes import Door, doors

ASKS = {
    "POST /api/identity/v1/mine/address",
    "POST /api/identity/v1/mine/forget",
    "POST /api/identity/v1/mine/sessions/end-others",
    "POST /api/identity/v1/mine/sessions/{id}/end",
    "POST /api/identity/v1/organisations/{ods}/grants/{id}/refuse",
    "POST /api/identity/v1/organisations/{ods}/grants/{id}/release",
    "POST /api/identity/v1/organisations/{ods}/invitations/{id}/send-again",
    "POST /api/identity/v1/organisations/{ods}/machines",
    "POST /api/identity/v1/organisations/{ods}/machines/{account_id}/secrets",
    "POST /api/identity/v1/organisations/{ods}/machines/{account_id}/secrets/{secret_id}/end",
    "POST /api/identity/v1/organisations/{ods}/memberships/{membership_id}/end",
    "POST /api/identity/v1/organisations/{ods}/staff",
    "POST /api/identity/v1/organisations/{ods}/staff/{account_id}/roles",
    "POST /api/payments/v1/organisations/{ods}/runs",
    "POST /organisations/for/{ods}/grants/{id}/refuse",
    "POST /organisations/for/{ods}/grants/{id}/release",
    "POST /organisations/for/{ods}/invitations/{id}/send-again",
    "POST /organisations/for/{ods}/machines/new",
    "POST /organisations/for/{ods}/machines/{account_id}/secrets",
    "POST /organisations/for/{ods}/machines/{account_id}/secrets/{secret_id}/end",
    "POST /organisations/for/{ods}/memberships/{membership_id}/end",
    "POST /organisations/for/{ods}/staff/new",
    "POST /organisations/for/{ods}/staff/{account_id}/roles",
    "POST /messages/mine",
    "POST /messages/mine/first",
    "POST /messages/mine/calendar",
    "POST /payments/for/{ods}/runs",
    "POST /payments/for/{ods}/people/{person_id}/details",
    "POST /payments/for/{ods}/people/{person_id}/details/confirm",
    "POST /payments/mine/details",
    "POST /payments/mine/details/confirm",
    "POST /sign-in/mine/address",
    "POST /sign-in/mine/forget",
    "POST /sign-in/mine/sessions/end-others",
    "POST /sign-in/mine/sessions/{id}/end",
    "PUT /api/notifications/v1/mine/contact",
    "POST /api/notifications/v1/mine/calendar-addresses",
    "PUT /api/payments/v1/mine/payee-details",
    "POST /api/payments/v1/mine/payee-details/confirm",
    "PUT /api/payments/v1/for/{ods}/people/{person_id}/payee-details",
    "POST /api/payments/v1/for/{ods}/people/{person_id}/payee-details/confirm",
}
"""Roles and machines, releases of pay, bank details, how somebody is reached and signs in, where, being forgotten."""
WORDS = (
    *("/roles", "/staff", "/memberships", "/machines", "/secrets", "/grants", "/runs", "/forget", "/details"),
    *("/payee-details", "/contact", "/messages/mine", "/address", "/mine/sessions"),
)
DOES_NOT = {
    "POST /messages/mine/shown": "it is the proof",
    "POST /api/identity/v1/mine/address/no": "the secret of a letter is the proof",
    "POST /api/identity/v1/mine/address/yes": "the same",
    "POST /sign-in/address/no": "the same",
    "POST /sign-in/address/yes": "the same",
    "POST /api/identity/v1/mine/address/stop": "all stays as it is",
    "POST /sign-in/mine/address/stop": "the same",
    "POST /training/mine/sessions/{session_id}": "a session of training",
    "POST /training/mine/sessions/{session_id}/cancel": "the same",
    "POST /messages/mine/confirm": "the link that was sent to the new address is the proof",
    "POST /api/notifications/v1/mine/contact/confirm": "the same",
    "POST /messages/mine/calendar/{id}/stop": "what was read there is read no more, and nobody else gets it",
    "POST /messages/mine/number-for-the-day": "what organisations may ring on a day: no message goes there",
    "POST /messages/mine/number-for-the-day/take-back": "the same; taking it back shows nobody more",
    "POST /messages/mine/how-told": "how often they are told: they are reached where they were; urgent ones at once",
    "POST /messages/mine/read": "what they have read, for themselves alone",
    "POST /messages/mine/monthly-list": "whether they get a list: it goes where they are reached anyway",
    "POST /messages/mine/still-wanted": "how often they hear of roles: the same",
    "PUT /api/notifications/v1/organisations/{ods}/people/{person_id}/contact": "staff, for who cannot sign in",
    "POST /api/notifications/v1/organisations/{ods}/roles/{opportunity_id}/write": "a message to who has a place",
    "POST /api/notifications/v1/organisations/{ods}/roles/{opportunity_id}/write/file": "the same",
    "POST /messages/for/{ods}/roles/{opportunity_id}/write": "the same",
    **{
        f"POST {of}/roles/{{opportunity_id}}/{act}": "what is not for somebody, on their own list"
        for act in ("not-for-me", "show-again")
        for of in (
            *("/matches", "/matches/for/{ods}/people/{person_id}"),
            *("/api/matching/v1/mine", "/api/matching/v1/for/{ods}/people/{person_id}"),
        )
    },
    **{
        f"POST /messages/mine/conversations/{{about}}/{{id}}{act}": "what is written, and whether it is told"
        for act in ("", "/end", "/mute", "/open-again", "/seen", "/unmute")
    },
}
"""Doors that sound like them, and why they ask for none."""


def changes(door: Door) -> bool:
    return door.method != "GET"


def test_each_of_these_doors_asks_for_a_fresh_proof_and_no_other_of_their_kind_is_without() -> None:
    asking = {str(door) for door in doors() if changes(door) and "shown lately" in door.who}
    assert asking == ASKS
    alike = {str(door) for door in doors() if changes(door) and any(word in door.path for word in WORDS)}
    assert alike - asking == set(DOES_NOT)
