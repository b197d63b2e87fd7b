-- What is recorded of a session may change after its claim was sent: what it earns by the record now, since when the two
-- differ, and who of finance has settled what was paid.
alter table claim
    add column recorded_pence bigint check (recorded_pence > 0),
    add column corrected_at timestamptz,
    add column settled_by uuid,
    add column settled_at timestamptz,
    add constraint nobody_settles_their_own check (settled_by <> person_id),
    add constraint what_is_settled_was_paid check ((settled_by is null) = (settled_at is null)
        and (settled_by is null or status = 'paid'));
-- What was sent before and is recorded otherwise now has waited silently.
update claim set corrected_at = since where not attended and status in ('sent', 'approved', 'paid');
