"""What payments holds of a person, and of an organisation, for them to read and take away.

See chassis/http/own_data.py and organisations_data.py.
"""

from services.chassis.postgres.holds import Holds
from services.chassis.postgres.organisations_data import File, LeftOut, OrganisationsData

PATH = "/claims/mine/data"
TITLE = "Your pay"
HOLDS = (
    Holds(
        "payee",
        "Who is paid",
        "Until you ask us to forget you; what was paid, for 6 years",
        "select to_jsonb(p) from payee p where person_id = $1 limit $2",
    ),
    Holds(
        "payee_version",
        "Your bank details, and those before",
        "Until you ask us to forget you; what was paid, for 6 years",
        "select to_jsonb(v) from payee_version v where person_id = $1 order by given_at desc limit $2",
        masked=frozenset({"account_number"}),
    ),
    Holds(
        "payee_to_confirm",
        "Bank details that staff entered for you, and that wait for a call-back",
        "Until they are confirmed, or you give others, or ask us to forget you",
        "select to_jsonb(w) from payee_to_confirm w where person_id = $1 limit $2",
        masked=frozenset({"account_number"}),
    ),
    Holds(
        "details_change",
        "When your bank details were changed",
        "Until you ask us to forget you",
        "select to_jsonb(d) from details_change d where person_id = $1 order by changed_at desc limit $2",
    ),
    Holds(
        "claim",
        "Your claims",
        "6 years after they were paid, because the law says so",
        "select to_jsonb(c) from claim c where person_id = $1 order by drafted_at desc limit $2",
    ),
    Holds(
        "payment",
        "What you were paid",
        "6 years, because the law says so",
        "select to_jsonb(p) from payment p where person_id = $1 order by paid_at desc limit $2",
    ),
    Holds(
        "household",
        "Whom you said you live with",
        "Until you say that you no longer do, or ask us to forget you",
        "select to_jsonb(h) from household h where one = $1 or other = $1 order by said_at desc limit $2",
    ),
)

OF_ORGANISATION = OrganisationsData(
    "payments",
    "/payments/for/{ods}/data",
    "Rates, claims and payments",
    files=(
        File(
            "rates",
            "Rates, in every edition",
            "select id as rate_card, state ->> 'title' as title, state ->> 'unit' as unit, amount_pence,"
            " state ->> 'source' as source, valid_from, valid_to from rate_card where organisation_id = $1"
            " order by valid_from, id",
        ),
        File(
            "claims",
            "Claims that people sent you",
            "select c.id as claim, c.person_id as person, l.state ->> 'called' as called, l.reference,"
            " c.opportunity_id as opportunity, o.state ->> 'title' as title, c.engagement_id as engagement,"
            " c.session_id as session, c.activity_on, c.unit, c.units, c.preparation_hours,"
            " c.rate_pence, c.amount_pence,"
            " c.rate_card_id as rate_card, c.source, c.status, c.sent_at, c.approved_at, c.approved_by, c.recorded_by,"
            " c.released_by, c.paid_at, c.payment_id as payment, c.promised_days, c.by_network from claim c"
            " left join mirror_opportunity o on o.id = c.opportunity_id"
            " left join mirror_leader l on l.id = c.person_id and not l.erased"
            " where c.organisation_id = $1 and c.status in ('sent', 'approved', 'returned', 'paid')"
            " order by c.sent_at, c.id",
        ),
        File(
            "runs",
            "Payment runs, with the name of each file for payroll",
            "select r.id as run, r.made_at, r.made_by, r.claims, r.total_pence, r.by_network, f.name as payroll_file,"
            " f.sha256 from run r left join payroll_file f on f.run_id = r.id where r.organisation_id = $1"
            " order by r.made_at, r.id",
        ),
        File(
            "payments",
            "Payments",
            "select p.id as payment, p.run_id as run, p.reference as payment_reference, p.person_id as person,"
            " l.state ->> 'called' as called, l.reference, p.amount_pence, p.paid_at, p.days_to_pay from payment p"
            " left join mirror_leader l on l.id = p.person_id and not l.erased where p.organisation_id = $1"
            " order by p.paid_at, p.id",
        ),
        File(
            "ledger",
            "Ledger: a debit is above zero, a credit below",
            "select e.id as entry, e.transfer_id as transfer, t.made_at, t.run_id as run, a.kind as account,"
            " e.payment_id as payment, e.claim_id as claim, e.amount_pence from entry e"
            " join transfer t on t.id = e.transfer_id join ledger_account a on a.id = e.account_id"
            " where e.organisation_id = $1 order by t.made_at, e.transfer_id, e.id",
        ),
        File(
            "paid_since",
            "Payments from before a restore, to compare with payroll",
            "select payment_id as payment, person_id as person, reference as payment_reference, amount_pence, paid_at,"
            " compared_at, compared_by from paid_since where organisation_id = $1 order by paid_at, payment_id",
        ),
    ),
    left_out=(
        LeftOut(
            "Claims that people have not sent you, and why a claim was sent back",
            "What is not sent is its person's; the reason is in words to that person, on the claim's page",
        ),
        LeftOut(
            "Bank details, and the files for payroll themselves",
            "They are the people's who are paid. Finance downloads a run's file on its page",
            frozenset({"payee", "payee_version", "payee_to_confirm"}),
        ),
        LeftOut(
            "Who lives in one household",
            "It is for the rule of four hands alone",
            frozenset({"household"}),
        ),
    ),
)
