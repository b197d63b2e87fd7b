-- Who asked for braille or sound, of which we make none by machine: their letters are seen to one by one, and are never
-- printed with all others.
alter table contact_point add column apart text check (apart in ('audio', 'braille'));
update contact_point c set apart = n.state ->> 'format' from mirror_needs n
where n.id = c.person_id and n.state ->> 'format' in ('audio', 'braille');

-- How far the asking of each person on a list is: not asked yet, waiting to be told, told, or not reached. An organisation
-- sees only how many; a person's answer is not here.
alter table register_contact add column asking text check (asking in ('queued', 'sent', 'failed', 'stale'));
create index register_contact_asked on register_contact (person_id)
    where applied_at is not null and (asking is null or asking = 'queued');
