"""What is broken on purpose in the database of a network where all is well, and what the checker says of each."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Break:
    """What is done by hand to the database of a network where all is well, and what is said of it."""

    promise: str
    where: str
    words: str
    sql: str


FIRST = (
    Break(
        "mirrors",
        "matching.mirror_organisation",
        "keeps something else",
        "update matching.mirror_organisation set state = jsonb_set(state, '{name}', '\"Other\"')",
    ),
    Break(
        "mirrors", "matching.mirror_programme", "keeps version 4", "update matching.mirror_programme set version = 4"
    ),
    Break(
        "mirrors", "notifications.mirror_organisation", "is missing", "delete from notifications.mirror_organisation"
    ),
    Break(
        "mirrors",
        "recruitment.profile",
        "Kafka has something else",
        "update recruitment.profile set modes = '{}'",
    ),
    Break("mirrors", "matching.match", "its owner does not know it", "delete from matching.match"),
    Break(
        "reactions",
        "matching",
        "a role that somebody was told of counts more than once in their week",
        "update matching.pool set told = array_prepend(now(), told)",
    ),
    Break(
        "reactions",
        "matching",
        "the pool says something else of a person than was heard",
        "update matching.pool set height = height + 1",
    ),
    Break(
        "due",
        "matching",
        "due since 2020-01-01 00:00, KeyError",
        "insert into matching.due (reaction, id, version, since, error)"
        " values ('match_leader', gen_random_uuid(), 1, '2020-01-01Z', 'KeyError: Sam')",
    ),
    Break(
        "reactions",
        "payments",
        "neither done nor due",
        "delete from payments.handled where reaction = 'claim_what_was_attended'",
    ),
    Break(
        "versions",
        "engagements.mirror_rate_card",
        "Kafka has never had this",
        "update engagements.mirror_rate_card set version = 9",
    ),
    Break(
        "paid",
        "payments",
        "paid, and not once in the ledger",
        "insert into payments.entry select gen_random_uuid(), organisation_id, transfer_id, account_id, payment_id,"
        " case n when 1 then claim_id end, amount_pence * n from payments.entry"
        " cross join (values (1), (-1)) as twice (n) where claim_id is not null",
    ),
    Break(
        "looked after",
        "recruitment",
        "on a list that says something else than they do",
        "update recruitment.caseload set paused_at = '2020-01-01Z'",
    ),
    Break(
        "published",
        "matching",
        "not published",
        "update matching.outbox set published_at = null where seq = (select max(seq) from matching.outbox)",
    ),
    Break(
        "places",
        "training",
        "more people than counted, or than places",
        "insert into training.enrolment (session_id, person_id, organisation_id, programme_id, enrolled_at)"
        " select session_id, gen_random_uuid(), organisation_id, programme_id, enrolled_at"
        " from training.enrolment where attended is null",
    ),
    Break("mirrors", "training.enrolment", "Kafka does not have it", "select"),
    Break(
        "roles",
        "matching",
        "open, and something is not said that has to be",
        "update matching.opportunity set state = jsonb_set(state, '{purpose}', '\"\"')",
    ),
    Break(
        "roles", "matching", "the newest edition is not what the role says, or they do not follow each other", "select"
    ),
    Break(
        "roles",
        "matching",
        "posted or changed, and no edition of it is kept",
        "delete from matching.opportunity_edition where parts <> '{}'",
    ),
    Break(
        "roles",
        "matching",
        "called off, and a session is still to take place",
        "update matching.opportunity set state = jsonb_set(state, '{withdrawn}',"
        ' \'{"at": "2020-01-01T00:00:00Z", "why": "postponed"}\')',
    ),
    Break("mirrors", "matching.opportunity", "Kafka has something else", "select"),
)
_ASKED = (
    "insert into matching.asked (id, version, organisation_id, ods_code, drafting_id, what, when_words, who_might_know,"
    " money, status, asked_at, draft_by, drafted_by, ended_at, opportunity_id) select gen_random_uuid(), 1,"
    " o.organisation_id, 'RX2', o.organisation_id, 'A', 'B', '', 'paid', 'posted', o.posted_at - interval '1 day',"
    " o.posted_at, e.by, o.posted_at, o.id from matching.opportunity o join matching.opportunity_edition e"
    " on e.opportunity_id = o.id and e.parts = '{}'"
)
_DRAWN = (
    "insert into engagements.draw (id, opportunity_id, organisation_id, number, rules, kept, seal, sealed_at, seed,"
    " places, people, drawn_at, drawn_by, confirmed_at, confirmed_by, set_aside_at, set_aside_why)"
    " select ('00000000-0000-7000-8000-00000000000' || n)::uuid, e.opportunity_id, e.organisation_id, n, r, r,"
    " repeat('0', 64), at, 'x', 1, 2, at + (n - 2) * interval '1 microsecond', e.person_id, case n when 3 then at end,"
    " case n when 3 then gen_random_uuid() end, case n when 2 then at + interval '1 second' end,"
    " case n when 2 then 'W' else '' end from engagements.engagement e cross join (values (2), (3)) as twice (n)"
    ' cross join (select \'{"at_least": [], "most_from_one_area": null}\'::jsonb as r) as rules'
    " cross join lateral (select (e.state #>> '{offer,offered_at}')::timestamptz as at) as offered"
    " where at is not null; insert into engagements.draw_ticket (draw_id, opportunity_id, organisation_id, ticket,"
    " turn, chosen) select id, opportunity_id, organisation_id, 7, 1, false from engagements.draw where number = 3;"
    " insert into engagements.draw_objection (id, draw_id, engagement_id, opportunity_id, organisation_id, person_id,"
    " words, made_at, answered_at, answered_by, upheld, answer) select d.id, d.id, e.id, e.opportunity_id,"
    " e.organisation_id, e.person_id, 'A', d.drawn_at, d.drawn_at, d.drawn_by, true, 'B' from engagements.draw d"
    " join engagements.engagement e on e.opportunity_id = d.opportunity_id and e.person_id = d.drawn_by"
)
"""Two draws of a role that were never made, by somebody who has a place there."""
SECOND = (
    Break("draws", "engagements", "two draws of a role stand, none does, or one is missing", _DRAWN),
    Break("draws", "engagements", "its seed is not the one of which the SHA-256 was said before", "select"),
    Break(
        "draws",
        "engagements",
        "other people are in it than were counted, or more or fewer have a place",
        "select",
    ),
    Break("draws", "engagements", "somebody set its rules, drew, confirmed or answered who was in it", "select"),
    Break("draws", "engagements", "an objection was answered by who drew or confirmed", "select"),
    Break("draws", "engagements", "offered a place ahead of the draw", "select"),
    Break("draws", "engagements", "somebody is told something else than was drawn", "select"),
    Break("draws", "engagements", "it comes out otherwise when it is done again", "select"),
    Break(
        "reactions",
        "matching",
        "told of more roles in a week than the network has",
        "update matching.policy_edition set value = value || '{\"most_a_week\": 0}' where kind = 'telling_of_roles'",
    ),
    Break(
        "places",
        "engagements",
        "offers that hold a place, or people who wait for one, counted wrongly",
        "update engagements.intake set on_reserve = on_reserve + 1",
    ),
    Break(
        "reactions",
        "engagements",
        "a question waits, and its engagement says otherwise",
        "insert into engagements.question (id, engagement_id, organisation_id, person_id, asked, asked_at)"
        " select gen_random_uuid(), id, organisation_id, person_id, 'Why?', '2020-01-01Z' from engagements.engagement",
    ),
    Break(
        "reactions",
        "engagements",
        "what is arranged is said to be settled otherwise than it is",
        "insert into engagements.arrangement (id, version, engagement_id, session_id, opportunity_id, organisation_id,"
        " person_id, state) select id, 1, id, id, opportunity_id, organisation_id, person_id, jsonb_build_object('id',"
        " id, 'version', 1, 'engagement_id', id, 'session_id', id, 'opportunity_id', opportunity_id, 'organisation_id',"
        " organisation_id, 'ods_code', state ->> 'ods_code', 'person_id', person_id, 'starts_at', interested_at,"
        " 'ends_at', interested_at, 'status', 'booked', 'status_at', interested_at)"
        " from engagements.engagement limit 1",
    ),
    Break("mirrors", "engagements.arrangement", "Kafka does not have it", "select"),
    Break(
        "mirrors",
        "training",
        "its position lies beyond Kafka's end",
        "update training.position set next_offset = 10000 where topic like '%identity.account' and partition = 0",
    ),
    Break(
        "reactions",
        "training",
        "attended and no credential",
        "update training.enrolment set person_id = gen_random_uuid(), attended = true where attended is null",
    ),
    Break("mirrors", "training.enrolment", "Kafka has something else", "select"),
    Break(
        "reactions",
        "recruitment",
        "closed for another, and in the pool or without its record",
        "insert into recruitment.duplicate (id, version, organisation_id, ods_code, first_id, second_id, alike,"
        " settled, not_for, status, found_at, line, answered_by, answered_at, kept_id, closed_id, undo_until,"
        " left_pool)"
        " select gen_random_uuid(), 1, organisation_id, ods_code, person_id, 'ffffffff-0000-7000-8000-000000000001',"
        " '{}', '{}', '{}', 'closed', sent_at, '', organisation_id, sent_at, person_id,"
        " 'ffffffff-0000-7000-8000-000000000001', '2020-01-01Z', true from recruitment.application limit 1",
    ),
    Break("mirrors", "recruitment.duplicate", "Kafka does not have it", "select"),
    Break("reactions", "recruitment", "neither due nor waited for by a timer", "select"),
    Break("reactions", "matching", "neither due nor waited for by a timer", "delete from matching.timer"),
    Break(
        "due",
        "engagements",
        "its timer was for 2020-01-01 00:00",
        "insert into engagements.timer values ('recount_what_waits', gen_random_uuid(), '2020-01-01Z',"
        " gen_random_uuid(), '')",
    ),
    Break(
        "versions",
        "payments",
        "written after a later version",
        "update payments.outbox set version = version + 100 where topic = 'payments.claim' and version = 1",
    ),
    Break(
        "paid",
        "payments",
        "a run is not the sum of its payments",
        "update payments.run set total_pence = total_pence + 1",
    ),
    Break(
        "hands",
        "payments",
        "decided in one household",
        "insert into payments.household select least(approved_by, person_id), greatest(approved_by, person_id),"
        " '2020-01-01Z' from payments.claim where status = 'paid' limit 1",
    ),
    Break(
        "hands",
        "payments",
        "decided by somebody with a role from the claimant",
        "update identity.membership m set granted_under = array[c.person_id],"
        " granted_at = '2020-01-01Z', valid_from = '2020-01-01' from payments.claim c"
        " where m.account_id = c.approved_by and c.status = 'paid'",
    ),
    Break(
        "mirrors",
        "identity.account",
        "Kafka has something else",
        "select",
    ),
    Break(
        "ledger",
        "payments",
        "a transfer does not come to zero",
        "insert into payments.entry select gen_random_uuid(), organisation_id, transfer_id, account_id, payment_id,"
        " null, 5 from payments.entry where claim_id is not null",
    ),
    Break("ledger", "payments", "the ledger does not come to zero", "select"),
    Break(
        "looked after",
        "recruitment",
        "on a list and not in the pool",
        "insert into recruitment.caseload (person_id, coordinator_id, since, called_key, reference, joined_on)"
        " values (gen_random_uuid(), gen_random_uuid(), '2020-01-01Z', '', '', '2020-01-01')",
    ),
    Break(
        "looked after",
        "recruitment",
        "in the pool and on nobody's list",
        "delete from recruitment.caseload where reference <> ''",
    ),
    Break(
        "looked after",
        "recruitment",
        "looked after by somebody who has no role for it",
        "select",
    ),
    Break(
        "looked after",
        "recruitment",
        "needs of nobody who is in the pool or asks to join",
        "insert into recruitment.needs (person_id, version, needs, format, ways_to_talk, words, shared_with,"
        " consent_version, consent_at, said_on, review_by) values (gen_random_uuid(), 1, '{hearing_loop}', 'standard',"
        " '{}', '', '{}', '1', '2020-01-01Z', '2020-01-01', '2021-01-01')",
    ),
    Break("looked after", "recruitment", "a review was due days ago, and nobody was asked", "select"),
    Break("mirrors", "recruitment.needs", "Kafka does not have it", "select"),
    Break("reactions", "recruitment", "neither due nor waited for by a timer", "select"),
    Break(
        "looked after",
        "recruitment",
        "matching is told of other needs",
        "update recruitment.needs set needs = '{bsl}'",
    ),
    Break(
        "roles",
        "matching",
        "somebody said yes to their own draft, and was not alone there",
        _ASKED + "; insert into identity.membership (id, account_id, organisation_id, roles, valid_from)"
        " select gen_random_uuid(), account_id, organisation_id, '{coordinator}', '2020-01-01'"
        " from identity.membership where 'finance' = any(roles)",
    ),
    Break("roles", "matching", "asked for, and posted by no yes to it, or twice", _ASKED),
    Break(
        "parked",
        "matching",
        "cannot be read",
        'insert into matching.parked (topic, partition, "offset", headers, error)'
        " values ('identity.organisation', 0, 1, '[]', 'state is not JSON')",
    ),
)
