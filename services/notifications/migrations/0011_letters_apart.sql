-- Who asked for braille or sound, of which we make none by machine: their letters are seen to one by one, and are never
-- printed with all others.
alter table contact_point add column apart text check (apart in ('audio', 'braille'));
update contact_point c set apart = n.state ->> 'format' from mirror_needs n
where n.id = c.person_id and n.state ->> 'format' in ('audio', 'braille');
