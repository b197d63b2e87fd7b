-- Who did it: the account whose hand it was, beside the person whose it is (`acting_person`).
create function acting_hand() returns uuid language sql stable
    as $$ select nullif(current_setting('app.hand', true), '')::uuid $$;
-- The hand, where it is not the person's own; null of people who act for themselves.
create function acting_helper() returns uuid language sql stable
    as $$ select nullif(acting_hand(), acting_person()) $$;
