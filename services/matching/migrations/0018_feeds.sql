-- What machines read of what is open (RPDE): a line for each role that they were ever shown, under the number of its last
-- change. Numbers are given in the order of commits: whoever gives one holds the only row of feed_number until its commit.
-- Below 2^53, so that no reader of JSON rounds them. The roles of before get theirs by the clock (commands/feeds.py).
create table feed_number (
    one boolean primary key default true check (one),
    last bigint not null default 0 check (last between 0 and 9007199254740990)
);
insert into feed_number default values;
call table_of_system('feed_number');

-- `line`: as it is put into a page, whole, with a sign for the address of the network. A page is made of five hundred of
-- them, so they stand in the row and not beside it, unpacked, up to eight kilobytes each.
create table feed_item (
    id uuid primary key,
    organisation_id uuid,
    number bigint not null unique check (number between 1 and 9007199254740990),
    version bigint not null check (version > 0),
    is_open boolean not null,
    edition text not null,
    line bytea not null,
    at timestamptz not null
) with (toast_tuple_target = 8160);
call table_for_everyone('feed_item');
create index feed_item_of_organisation on feed_item (organisation_id, id) where is_open;
create index feed_item_over on feed_item (at) where not is_open;

-- What closed lately, as feeds of a search say it.
create index opportunity_ended on opportunity (closed_at, id) where closed_at is not null;
