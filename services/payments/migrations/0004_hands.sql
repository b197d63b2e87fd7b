-- Whose hand sent a claim: nobody approves or releases what they sent for somebody else, either.
alter table claim add column sent_by uuid;
alter table claim add constraint nobody_approves_or_releases_what_they_sent
    check (sent_by <> approved_by and sent_by <> released_by);
