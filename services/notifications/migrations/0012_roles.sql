-- What staff were to say or write, and is over: looked for every few minutes.
create index message_over on message (good_until, id) where organisation_id is not null and status = 'queued';
-- What an earlier version owed by names that are gone. Reactions that are new look at everything that was heard.
delete from due where reaction in ('tell_of_withdrawal', 'tell_all_of_withdrawal', 'tell_one_of_withdrawal');
