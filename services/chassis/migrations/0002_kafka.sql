-- The Kafka that this service's database belongs to, by Kafka's own ids: the cluster, the prefix of the topics' names,
-- and each topic that the service writes. A topic that was deleted and made again has another id, and lacks what was
-- said in the one before.
create table kafka (
    what text primary key,   -- 'cluster', 'prefix', or the name of a topic
    id text not null,
    noted_at timestamptz not null default clock_timestamp()
);

-- A position counts in one topic, not in another that was made later under the same name.
alter table position add column topic_id uuid;
