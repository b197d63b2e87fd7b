-- Organisations, accounts, memberships, sign-in.
--
-- Organisations are public, so they have no row-level security. What belongs to a person has. Besides the person, the
-- organisation and the system, three named settings let a command reach exactly one thing, and only inside its own
-- transaction: nobody is signed in yet while they sign in, so "whose row is this" cannot be asked of the session.
--   app.address  the sign-in address that was typed, or that a link has proved
--   app.link     the hash of the link or secret that was presented
--   app.account  the one account that the command is about, after it has checked that it may be

create function named_address() returns text language sql stable
    as $$ select nullif(current_setting('app.address', true), '') $$;
create function named_link() returns text language sql stable
    as $$ select nullif(current_setting('app.link', true), '') $$;
create function named_account() returns uuid language sql stable
    as $$ select nullif(current_setting('app.account', true), '')::uuid $$;

create table organisation (
    id uuid primary key,
    version bigint not null check (version > 0),
    ods_code text not null constraint organisation_ods_code unique check (ods_code ~ '^[A-Z0-9]{3,10}$'),
    name text not null check (length(name) between 1 and 200),
    kind text not null,
    valid_from date not null,
    valid_to date check (valid_to >= valid_from),
    registered_at timestamptz not null
);
create index organisation_name on organisation (lower(name));
create unique index organisation_one_network on organisation (kind) where kind = 'network';

create table succession (
    closed_id uuid not null references organisation,
    successor_id uuid not null references organisation check (successor_id <> closed_id),
    primary key (closed_id, successor_id)
);
create index succession_successor on succession (successor_id);

create table account (
    id uuid primary key,
    version bigint not null check (version > 0),
    called text not null check (length(called) between 1 and 80),
    kind text not null check (kind in ('person', 'machine')),
    can_sign_in boolean not null,
    ended_sessions jsonb not null default '[]',
    opened_at timestamptz not null,
    entered_by uuid,
    entered_for uuid references organisation,
    check ((entered_by is null) = (entered_for is null))
);
create index account_entered_for on account (entered_for);

-- The sign-in address is a credential: it is here, and on no topic.
create table address (
    account_id uuid primary key references account on delete cascade,
    email text not null check (length(email) between 3 and 254)
);
create unique index address_email on address (lower(email));

create table membership (
    id uuid primary key,
    account_id uuid not null references account on delete cascade,
    organisation_id uuid not null references organisation,
    roles text[] not null check (cardinality(roles) > 0),
    valid_from date not null,
    valid_to date check (valid_to >= valid_from),
    granted_by uuid
);
create index membership_account on membership (account_id);
create index membership_organisation on membership (organisation_id);

-- A session lives 12 hours at most, and ends when it has not been renewed for the life of a token.
create table session (
    id uuid primary key,
    account_id uuid not null references account on delete cascade,
    started_at timestamptz not null,
    renewed_at timestamptz not null,
    ended_at timestamptz
);
create index session_account on session (account_id);
create index session_age on session (started_at);

-- A machine's long-lived secret. Its id is the session of the tokens that it is exchanged for.
create table machine_secret (
    id uuid primary key,
    account_id uuid not null references account on delete cascade,
    secret_hash text not null unique,
    made_at timestamptz not null,
    made_by uuid not null,
    ended_at timestamptz
);
create index machine_secret_account on machine_secret (account_id);

-- A link sent to an address. It proves the address, once, for a short time; called: the name for a new account.
create table sign_in_link (
    link_hash text primary key,
    email text not null,
    called text,
    go_to text not null,
    asked_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    used_key text,
    session_id uuid,
    check ((used_at is null) = (used_key is null))
);
create index sign_in_link_email on sign_in_link (lower(email), asked_at);
create index sign_in_link_age on sign_in_link (expires_at);

-- Letters that wait to be sent by e-mail. A row goes when it was sent, or when its words are out of date.
create table letter_out (
    id uuid primary key,
    email text not null,
    subject text not null,
    body text not null,
    written_at timestamptz not null,
    expires_at timestamptz not null,
    due_at timestamptz not null,
    tries integer not null default 0
);
create index letter_out_due on letter_out (due_at);

alter table account enable row level security;
alter table account force row level security;
create policy owner on account to identity_owner using (true);
create policy system on account using (acting_as_system());
create policy its_person on account using (id = acting_person());
create policy the_named_account on account using (id = named_account());

alter table address enable row level security;
alter table address force row level security;
create policy owner on address to identity_owner using (true);
create policy system on address using (acting_as_system());
create policy its_person on address using (account_id = acting_person());
create policy the_named_account on address using (account_id = named_account());
-- Sign-in has to find out whose address this is before anybody is signed in: that one row, to read.
create policy sign_in on address for select using (lower(email) = lower(named_address()));

alter table membership enable row level security;
alter table membership force row level security;
create policy owner on membership to identity_owner using (true);
create policy system on membership using (acting_as_system());
create policy its_person on membership for select using (account_id = acting_person());
create policy its_organisation on membership using (organisation_id = acting_organisation());
-- An account's public state carries all its memberships, so whoever changes the account reads and writes them.
create policy the_named_account on membership using (account_id = named_account());

-- An organisation's staff see who is on its list: its members, and whom it entered by phone.
create policy its_organisation on account for select using (
    entered_for = acting_organisation()
    or exists (select from membership m where m.account_id = account.id and m.organisation_id = acting_organisation())
);

alter table session enable row level security;
alter table session force row level security;
create policy owner on session to identity_owner using (true);
create policy system on session using (acting_as_system());
create policy its_person on session using (account_id = acting_person());
create policy the_named_account on session using (account_id = named_account());

alter table machine_secret enable row level security;
alter table machine_secret force row level security;
create policy owner on machine_secret to identity_owner using (true);
create policy system on machine_secret using (acting_as_system());
create policy the_named_account on machine_secret using (account_id = named_account());
-- A machine presents its secret before anybody knows which machine it is: that one row, to read.
create policy exchange on machine_secret for select using (secret_hash = named_link());

alter table sign_in_link enable row level security;
alter table sign_in_link force row level security;
create policy owner on sign_in_link to identity_owner using (true);
create policy system on sign_in_link using (acting_as_system());
-- Whoever holds the link may use it up; how many were asked for is counted for one address; both without a session.
create policy the_link on sign_in_link using (link_hash = named_link());
create policy the_address on sign_in_link using (lower(email) = lower(named_address()));

alter table letter_out enable row level security;
alter table letter_out force row level security;
create policy owner on letter_out to identity_owner using (true);
create policy system on letter_out using (acting_as_system());
create policy the_address on letter_out using (lower(email) = lower(named_address()));

-- Demo and test only (the command sets this nowhere else): the list of accounts to try the network as.
create policy demo_list on account for select using (coalesce(current_setting('app.demo', true), '') = 'yes');
create policy demo_list on membership for select using (coalesce(current_setting('app.demo', true), '') = 'yes');
