-- Of which editions it was noticed that they hold now, so that everybody whom one concerns is owed word of it once. Those
-- that are in force at the first look are looked at too: whoever was asked only on their own page is told then.
create table edition_begun (
    id uuid primary key,
    kind text not null,
    edition text not null,
    whose uuid not null default '00000000-0000-0000-0000-000000000000',   -- the network's (see policy_edition)
    seen_at timestamptz not null,
    unique (kind, edition),
    foreign key (kind, whose, edition) references policy_edition (kind, whose, edition)
);
call table_of_system('edition_begun');
