-- Payments that were made after the day to which the network was restored: known from Kafka, not from this database.
-- No run is made until finance has compared them with payroll, or these people would be paid twice.
create table paid_since (
    payment_id uuid primary key,
    organisation_id uuid not null,
    person_id uuid not null,
    reference text not null,
    amount_pence bigint not null,
    paid_at timestamptz not null,
    compared_at timestamptz,
    compared_by uuid,
    constraint what_is_compared_says_by_whom check ((compared_at is null) = (compared_by is null))
);
create index paid_since_to_compare on paid_since (organisation_id) where compared_at is null;
alter table paid_since enable row level security;
alter table paid_since force row level security;
create policy owner on paid_since to payments_owner using (true);
create policy system on paid_since using (acting_as_system());
create policy its_organisation on paid_since using (organisation_id = acting_organisation());
