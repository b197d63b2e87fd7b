"""Promises about money: everybody is paid once, for what they did, and the ledger comes to zero."""

# By promise, and by service and words: a query whose every row is the `about` of one broken thing.
_PAID = {
    "payments: paid, and not once in the ledger": """
select c.id::text as about from payments.claim c
where c.status = 'paid' and (select count(*) from payments.entry e where e.claim_id = c.id
    and e.payment_id = c.payment_id and e.amount_pence = c.amount_pence) <> 1
""",
    "payments: in the ledger, and not paid": """
select e.id::text as about from payments.entry e left join payments.claim c on c.id = e.claim_id
where e.claim_id is not null and c.status is distinct from 'paid'
""",
    "payments: a session paid twice": """
select person_id || ' ' || session_id as about from payments.claim where status = 'paid'
group by person_id, session_id having count(*) > 1
""",
    "payments: a payment is not the sum of its claims": """
select p.id::text as about from payments.payment p
where p.amount_pence <> (select coalesce(sum(c.amount_pence), 0) from payments.claim c where c.payment_id = p.id)
""",
    "payments: a run is not the sum of its payments": """
select r.id::text as about from payments.run r
where r.total_pence <> (select coalesce(sum(p.amount_pence), 0) from payments.payment p where p.run_id = r.id)
""",
    "payments: paid without having been there": """
select c.id::text as about from payments.claim c join engagements.engagement e on e.id = c.engagement_id
where c.status = 'paid' and c.attended and not c.for_cancelled and not exists (
    select from jsonb_array_elements(e.state -> 'sessions') s
    where s ->> 'session_id' = c.session_id::text and (s ->> 'attended')::boolean)
""",
}
_LEDGER = {
    "payments: a transfer does not come to zero": """
select transfer_id::text as about from payments.entry group by transfer_id having sum(amount_pence) <> 0
""",
    "payments: a payment is not what payroll has to pay out": """
select p.id::text as about from payments.payment p
where -p.amount_pence is distinct from (select sum(e.amount_pence) from payments.entry e
    join payments.ledger_account a on a.id = e.account_id
    where e.payment_id = p.id and a.kind = 'payroll_clearing')
""",
    "payments: the ledger does not come to zero": """
select 'sum ' || sum(amount_pence) || ' pence' as about from payments.entry having sum(amount_pence) <> 0
""",
}
BROKEN = {"paid": _PAID, "ledger": _LEDGER}
COUNTED = {
    "claims": "select count(*) from payments.claim",
    "claims paid": "select count(*) from payments.claim where status = 'paid'",
    "ledger entries": "select count(*) from payments.entry",
}
