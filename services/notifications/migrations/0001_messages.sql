-- Whether the member of staff who asks acts for the organisation that runs the gateway.
create function acting_for_network() returns boolean language sql stable as $$
    select exists (select from mirror_organisation where id = acting_organisation() and not erased
        and state ->> 'kind' = 'network')
$$;

-- How a person wants to be reached. The address was typed here and stays here.
create table contact_point (
    person_id uuid primary key,
    channel text not null check (channel in ('email', 'phone', 'post', 'page')),
    address text check (length(address) between 1 and 500),
    verified_at timestamptz,
    changed_at timestamptz not null,
    entered_by uuid not null,
    check ((channel = 'page') = (address is null)),
    check (verified_at is null or channel = 'email')
);

-- What is told to a person, once for each stage of what it is about. An address is given only where the message goes
-- to an address that is not yet known to be the person's.
create table message (
    id uuid primary key,
    version bigint not null check (version > 0),
    person_id uuid not null,
    kind text not null,
    about uuid not null,
    stage text not null,
    channel text not null check (channel in ('email', 'phone', 'post', 'page')),
    status text not null check (status in ('queued', 'sending', 'sent', 'failed', 'stale')),
    subject text not null,
    body text not null,
    link text not null,
    link_words text not null,
    address text,
    organisation_id uuid,
    ods_code text,
    queued_at timestamptz not null,
    next_try_at timestamptz not null,
    claimed_at timestamptz,
    sent_at timestamptz,
    attempts integer not null default 0 check (attempts >= 0),
    error text,
    done_by uuid,
    unique (person_id, about, stage),
    check ((channel in ('phone', 'post')) = (organisation_id is not null)),
    check ((organisation_id is null) = (ods_code is null)),
    check ((status = 'sent') = (sent_at is not null))
);
create index message_to_send on message (next_try_at) where channel = 'email' and status in ('queued', 'sending');
create index message_of_person on message (person_id, queued_at desc);
create index message_to_tell on message (organisation_id, queued_at) where status = 'queued';
alter table message enable row level security;
alter table message force row level security;
create policy owner on message to notifications_owner using (true);
create policy system on message using (acting_as_system());
create policy its_person on message using (person_id = acting_person());
-- Only messages by phone and post name an organisation: the one whose staff ring or write.
create policy its_organisation on message using (organisation_id = acting_organisation());

alter table contact_point enable row level security;
alter table contact_point force row level security;
create policy owner on contact_point to notifications_owner using (true);
create policy system on contact_point using (acting_as_system());
create policy its_person on contact_point using (person_id = acting_person());
-- Whoever rings or writes to somebody needs the number or the address, and only while there is something to tell.
create policy whoever_rings_or_writes on contact_point for select using (exists (
    select from message m where m.person_id = contact_point.person_id and m.organisation_id = acting_organisation()
        and m.status = 'queued'));
-- Somebody who cannot sign in says by phone how to reach them; the network's staff enter it.
create policy the_network_enters_it on contact_point using (acting_for_network() and exists (
    select from mirror_account a where a.id = contact_point.person_id and not a.erased
        and (a.state ->> 'can_sign_in')::boolean is false));

-- The called name of whom to ring or write to, and of whom staff help on the phone.
create policy whoever_rings_or_writes on mirror_account for select using (exists (
    select from message m where m.person_id = mirror_account.id and m.organisation_id = acting_organisation()
        and m.status = 'queued'));
create policy the_network_helps_on_the_phone on mirror_account for select using (
    acting_for_network() and not erased and (state ->> 'can_sign_in')::boolean is false);

-- What waits for somebody, as the public states say it; rewritten whenever one changes.
create table waiting_item (
    topic text not null,
    thing_id uuid not null,
    position integer not null,
    person_id uuid,
    organisation_id uuid,
    role text,
    what text not null,
    about uuid not null,
    since timestamptz not null,
    link text not null,
    opportunity_id uuid,
    primary key (topic, thing_id, position),
    check (num_nonnulls(person_id, organisation_id) > 0)
);
create index waiting_of_person on waiting_item (person_id, since);
create index waiting_of_organisation on waiting_item (organisation_id, since);
alter table waiting_item enable row level security;
alter table waiting_item force row level security;
create policy owner on waiting_item to notifications_owner using (true);
create policy system on waiting_item using (acting_as_system());
create policy its_person on waiting_item for select using (person_id = acting_person());
-- Writing too: a message that a member of staff has dealt with no longer waits.
create policy its_organisation on waiting_item using (organisation_id = acting_organisation());
