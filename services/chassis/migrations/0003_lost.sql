-- What the topics knew and an older, restored database did not: should it be made again under the same id,
-- its first version lies above what was said of it before.
create table lost (
    topic text not null,
    key uuid not null,
    version bigint not null check (version > 0),
    primary key (topic, key)
);
