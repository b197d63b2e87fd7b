-- What the saying room writes; one row a command.
create table thing (
    id uuid primary key,
    version bigint not null,
    state jsonb not null
);
