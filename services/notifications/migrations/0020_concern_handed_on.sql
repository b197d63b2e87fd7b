-- The network asks the person whether an organisation may have what it has; the system hands it on once they said yes.
-- `came_from`: who had it before the network. `kept_at`: they said that the network keeps it; it is asked once.
alter table concern add column came_from uuid;
alter table concern add column offered_to uuid;
alter table concern add column offered_ods text;
alter table concern add column offered_at timestamptz;
alter table concern add column offered_by uuid;
alter table concern add column agreed_at timestamptz;
alter table concern add column kept_at timestamptz;
alter table concern add constraint it_is_asked_whole check (
    num_nonnulls(offered_to, offered_ods, offered_at, offered_by) in (0, 4) and num_nonnulls(agreed_at, kept_at) <= 1
    and (offered_at is not null or (agreed_at is null and kept_at is null)));
