-- Rooms that give places hear, with the leader, to which edition of the code of conduct somebody agreed: of before, once.
insert into due (reaction, id, version)
select 'say_code_agreed', l.id, l.version from leader l
where exists (select from agreement a where a.person_id = l.id and a.kind = 'code_of_conduct');

-- Who of the welcome team said that they live with the person who asks, or are close to them: they neither hold nor answer
-- it. It goes with the application.
alter table application add column close_to uuid[] not null default '{}';
alter table application
    add constraint nobody_close_holds_it check (held_by is null or not held_by = any (close_to)),
    add constraint nobody_close_answers check (decided_by is null or not decided_by = any (close_to));
