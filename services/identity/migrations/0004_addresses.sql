-- An address is compared by one normal form, made in Python (chassis/base/addresses.py) and kept beside it: what
-- `lower()` makes of an address depends on the server, and it made ASCII letters of others (a dotted capital I).
-- An older version that runs beside this one does not write it: a trigger does, for what is ASCII. An address that is
-- not has no key. Nobody can sign in by typing it any more; its account, its session and what was said of it stay.
create function small_ascii(words text) returns text language sql immutable
    return translate(words, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz');
create function key_for_older_version() returns trigger language plpgsql as $$
begin
    new.email_key := small_ascii(new.email);
    return new;
end $$;

alter table address add column email_key text collate "C";
alter table sign_in_link add column email_key text collate "C";
alter table letter_out add column email_key text collate "C";
update address set email_key = small_ascii(email) where octet_length(email) = length(email);
update sign_in_link set email_key = small_ascii(email) where octet_length(email) = length(email);
update letter_out set email_key = small_ascii(email) where octet_length(email) = length(email);
create trigger key_for_older_version before insert on address for each row
    when (new.email_key is null and octet_length(new.email) = length(new.email)) execute function key_for_older_version();
create trigger key_for_older_version before insert on sign_in_link for each row
    when (new.email_key is null and octet_length(new.email) = length(new.email)) execute function key_for_older_version();
create trigger key_for_older_version before insert on letter_out for each row
    when (new.email_key is null and octet_length(new.email) = length(new.email)) execute function key_for_older_version();

create unique index address_by_key on address (email_key);
create index sign_in_link_by_key on sign_in_link (email_key, asked_at);
drop index address_email;
drop index sign_in_link_email;

-- `app.address` is the key; from an older version the address as typed, whose ASCII letters are made small here.
alter policy sign_in on address using (email_key = small_ascii(named_address()));
alter policy the_address on sign_in_link using (email_key = small_ascii(named_address()));
alter policy the_address on letter_out using (email_key = small_ascii(named_address()));
-- The letter says whose account it is: what the owner of that one address is called.
create policy sign_in on account for select using (id = (
    select d.account_id from address d where d.email_key = small_ascii(named_address())));

-- Links that somebody asked for who reads the address already are counted apart from those of strangers.
alter table sign_in_link add column by_owner boolean not null default false;
