-- An edition of a rate has nothing private: its row is its public state.
create table rate_card (
    id uuid primary key,
    version bigint not null check (version > 0),
    organisation_id uuid not null,
    state jsonb not null,
    valid_from date not null,
    valid_to date check (valid_to >= valid_from),
    amount_pence bigint not null generated always as ((state ->> 'amount_pence')::bigint) stored check (amount_pence >= 0)
);
create index rate_card_of_organisation on rate_card (organisation_id, valid_from desc);
alter table rate_card enable row level security;
alter table rate_card force row level security;
create policy owner on rate_card to payments_owner using (true);
create policy system on rate_card using (acting_as_system());
create policy its_organisation on rate_card using (organisation_id = acting_organisation());

-- How soon people are promised their pay: from when to when, and whose promise it is. For everybody to read.
create table pay_promise (
    valid_from date primary key,
    valid_to date check (valid_to >= valid_from),
    days integer not null check (days > 0),
    source text not null
);
insert into pay_promise (valid_from, days, source)
values ('2020-01-01', 21, 'As NICE pays its lay members: within 3 weeks of the claim');

-- Where a person is paid. Each change is a version; the newest counts.
create table payee (
    person_id uuid primary key,
    version bigint not null check (version > 0)
);
create table payee_version (
    person_id uuid not null references payee (person_id) on delete cascade,
    version bigint not null check (version > 0),
    payee_name text not null check (length(payee_name) between 1 and 70),
    sort_code text not null check (sort_code ~ '^[0-9]{6}$'),
    account_number text not null check (account_number ~ '^[0-9]{8}$'),
    given_at timestamptz not null,
    primary key (person_id, version)
);

-- What is paid to one person by one run, and the run. A run never changes.
create table run (
    id uuid primary key,
    organisation_id uuid not null,
    made_by uuid not null,
    made_at timestamptz not null,
    claims integer not null check (claims > 0),
    total_pence bigint not null check (total_pence > 0),
    left_out jsonb not null,
    unique (organisation_id, id)
);
create index run_of_organisation on run (organisation_id, made_at desc);

create table payment (
    id uuid primary key,
    version bigint not null check (version > 0),
    organisation_id uuid not null,
    ods_code text not null,
    person_id uuid not null,
    run_id uuid not null,
    reference text not null unique check (length(reference) <= 18),
    payee_version bigint not null,
    amount_pence bigint not null check (amount_pence > 0),
    paid_at timestamptz not null,
    days_to_pay integer not null check (days_to_pay >= 0),
    unique (organisation_id, run_id, person_id),
    foreign key (organisation_id, run_id) references run (organisation_id, id)
);
create index payment_of_person on payment (person_id);

create table claim (
    id uuid primary key,
    version bigint not null check (version > 0),
    organisation_id uuid not null,
    ods_code text not null,
    person_id uuid not null,
    engagement_id uuid not null,
    opportunity_id uuid not null,
    session_id uuid not null,
    activity_on date not null,
    unit text not null,
    units numeric not null check (units > 0),
    rate_pence bigint not null check (rate_pence >= 0),
    amount_pence bigint not null check (amount_pence > 0),
    rate_card_id uuid not null,
    source text not null,
    attended boolean not null,
    status text not null,
    since timestamptz not null,
    drafted_at timestamptz not null,
    sent_at timestamptz,
    approved_at timestamptz,
    approved_by uuid,
    returned_why text,
    paid_at timestamptz,
    released_by uuid,
    payment_id uuid references payment (id),
    unique (person_id, engagement_id, session_id),
    constraint nobody_approves_their_own check (approved_by <> person_id),
    constraint nobody_releases_what_they_claimed_or_approved
        check (released_by <> person_id and released_by <> approved_by),
    constraint what_is_sent_says_when check (status not in ('sent', 'approved', 'paid') or sent_at is not null),
    constraint what_is_approved_says_by_whom
        check (status not in ('approved', 'paid') or (approved_at is not null and approved_by is not null)),
    constraint what_is_paid_says_in_which_payment
        check ((status = 'paid') = (payment_id is not null and paid_at is not null and released_by is not null))
);
create index claim_of_person on claim (person_id, activity_on desc);
create index claim_of_organisation on claim (organisation_id, status, sent_at);
create index claim_of_engagement on claim (engagement_id);
create index claim_of_payment on claim (payment_id) where payment_id is not null;

-- The ledger: a debit is above zero, a credit below, and each transfer's entries come to zero.
create table ledger_account (
    id uuid primary key,
    organisation_id uuid not null,
    kind text not null check (kind in ('involvement_expense', 'payroll_clearing')),
    unique (organisation_id, kind),
    unique (organisation_id, id)
);
create table transfer (
    id uuid primary key,
    organisation_id uuid not null,
    run_id uuid not null unique,
    made_at timestamptz not null,
    unique (organisation_id, id),
    foreign key (organisation_id, run_id) references run (organisation_id, id)
);
create table entry (
    id uuid primary key,
    organisation_id uuid not null,
    transfer_id uuid not null,
    account_id uuid not null,
    payment_id uuid not null references payment (id),
    claim_id uuid,
    amount_pence bigint not null check (amount_pence <> 0),
    foreign key (organisation_id, transfer_id) references transfer (organisation_id, id),
    foreign key (organisation_id, account_id) references ledger_account (organisation_id, id)
);
create index entry_of_transfer on entry (transfer_id);

create function transfer_comes_to_zero() returns trigger language plpgsql as $$
declare total bigint;
begin
    select sum(amount_pence) into total from entry where transfer_id = new.transfer_id;
    if total <> 0 then
        raise exception 'transfer % comes to % pence, not to zero', new.transfer_id, total using errcode = 'check_violation';
    end if;
    return null;
end $$;
create constraint trigger comes_to_zero after insert on entry deferrable initially deferred
    for each row execute function transfer_comes_to_zero();

-- The bytes that were handed to payroll. Their hash is shown on the run's page.
create table payroll_file (
    run_id uuid primary key,
    organisation_id uuid not null,
    name text not null,
    content bytea not null,
    sha256 text not null,
    constraint the_hash_is_the_contents check (sha256 = encode(sha256(content), 'hex')),
    foreign key (organisation_id, run_id) references run (organisation_id, id)
);

-- What was paid is not rewritten: a mistake is put right by a new line. Neither the service nor its owner can.
create function never_changes() returns trigger language plpgsql as $$
begin
    raise exception '% never changes', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger never_changes before update or delete or truncate on run for each statement execute function never_changes();
create trigger never_changes before update or delete or truncate on transfer for each statement execute function never_changes();
create trigger never_changes before update or delete or truncate on entry for each statement execute function never_changes();
create trigger never_changes before update or delete or truncate on payroll_file for each statement execute function never_changes();
revoke update, delete on run, transfer, entry, payroll_file from payments;

alter table payee enable row level security;
alter table payee force row level security;
alter table payee_version enable row level security;
alter table payee_version force row level security;
alter table claim enable row level security;
alter table claim force row level security;
alter table run enable row level security;
alter table run force row level security;
alter table payment enable row level security;
alter table payment force row level security;
alter table ledger_account enable row level security;
alter table ledger_account force row level security;
alter table transfer enable row level security;
alter table transfer force row level security;
alter table entry enable row level security;
alter table entry force row level security;
alter table payroll_file enable row level security;
alter table payroll_file force row level security;

create policy owner on payee to payments_owner using (true);
create policy system on payee using (acting_as_system());
create policy its_person on payee using (person_id = acting_person());
create policy owner on payee_version to payments_owner using (true);
create policy system on payee_version using (acting_as_system());
create policy its_person on payee_version using (person_id = acting_person());

create policy owner on claim to payments_owner using (true);
create policy system on claim using (acting_as_system());
create policy its_organisation on claim using (organisation_id = acting_organisation());
-- A person reads, sends and declines their claims; only the system writes new ones.
create policy its_person_reads on claim for select using (person_id = acting_person());
create policy its_person_sends on claim for update using (person_id = acting_person());

-- A payment run needs the bank details of those whom it pays, and of nobody else.
create policy whoever_pays_an_approved_claim on payee for select using (exists (
    select from claim where claim.person_id = payee.person_id and claim.status = 'approved'
        and claim.organisation_id = acting_organisation()));
create policy whoever_pays_an_approved_claim on payee_version for select using (exists (
    select from claim where claim.person_id = payee_version.person_id and claim.status = 'approved'
        and claim.organisation_id = acting_organisation()));

create policy owner on run to payments_owner using (true);
create policy system on run using (acting_as_system());
create policy its_organisation on run using (organisation_id = acting_organisation());
create policy owner on payment to payments_owner using (true);
create policy system on payment using (acting_as_system());
create policy its_organisation on payment using (organisation_id = acting_organisation());
create policy its_person on payment for select using (person_id = acting_person());
create policy owner on ledger_account to payments_owner using (true);
create policy system on ledger_account using (acting_as_system());
create policy its_organisation on ledger_account using (organisation_id = acting_organisation());
create policy owner on transfer to payments_owner using (true);
create policy system on transfer using (acting_as_system());
create policy its_organisation on transfer using (organisation_id = acting_organisation());
create policy owner on entry to payments_owner using (true);
create policy system on entry using (acting_as_system());
create policy its_organisation on entry using (organisation_id = acting_organisation());
create policy owner on payroll_file to payments_owner using (true);
create policy system on payroll_file using (acting_as_system());
create policy its_organisation on payroll_file using (organisation_id = acting_organisation());
