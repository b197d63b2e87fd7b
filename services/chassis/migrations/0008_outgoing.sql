-- While what takes our outgoing work (a mail server) refuses all of it: until when nobody tries, since when, and why.
create table outgoing_pause (
    name text primary key,
    tries integer not null check (tries > 0),
    since timestamptz not null,
    until timestamptz not null,
    error text not null
);
