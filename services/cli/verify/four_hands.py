"""Promises about the four hands around money: who claims, who recorded the attendance, who approves, who releases.

What services decided by their mirrors is looked at again by what identity itself knows. Claims that are older than the
rule, of which nobody noted who recorded the attendance, are not looked at.
"""

# By promise, and by service and words: a query whose every row is the `about` of one broken thing.
_FOUR = {
    "payments: two of its hands are one account": """
select c.id::text as about from payments.claim c where c.recorded_by is not null and (
    c.person_id in (c.recorded_by, c.approved_by, c.released_by)
    or c.recorded_by in (c.approved_by, c.released_by) or c.approved_by = c.released_by)
""",
    "payments: decided by a program": """
select c.id::text as about from payments.claim c where c.recorded_by is not null and exists (
    select from identity.account a where a.id in (c.recorded_by, c.approved_by, c.released_by) and a.kind = 'machine')
""",
    "payments: decided by somebody with a role from the claimant": """
select c.id::text as about from payments.claim c
cross join lateral (values (c.recorded_by, c.drafted_at), (c.approved_by, c.approved_at), (c.released_by, c.paid_at))
    as hand (id, at)
join identity.membership m on m.account_id = hand.id and m.organisation_id = c.organisation_id
where c.recorded_by is not null and c.person_id = any(m.granted_under) and m.granted_at <= hand.at
    and in_force(m.valid_from, m.valid_to, (hand.at at time zone 'Europe/London')::date)
""",
    "payments: decided in one household": """
select c.id || ' ' || h.one || ' ' || h.other as about from payments.claim c
cross join lateral (values (c.approved_by, c.approved_at, array[c.person_id, c.recorded_by]),
    (c.released_by, c.paid_at, array[c.person_id, c.recorded_by, c.approved_by])) as hand (id, at, before)
join payments.household h on h.said_at <= hand.at and (h.ended_at is null or h.ended_at > hand.at)
    and ((h.one = hand.id and h.other = any(hand.before)) or (h.other = hand.id and h.one = any(hand.before)))
""",
}
BROKEN = {"hands": _FOUR}
COUNTED = {
    "claims with four hands": "select count(*) from payments.claim where released_by is not null"
    " and recorded_by is not null",
}
LISTED = {
    "Claims of which two hands belong together (that can be right: look at each)": """
select c.ods_code || ' ' || c.id || ': ' || array_to_string(array(select jsonb_array_elements_text(c.together)), ', ')
    as about from payments.claim c where c.together <> '[]' order by 1
""",
}
"""What breaks no promise and is worth a look."""
