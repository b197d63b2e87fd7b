-- A person sends their application themselves, or a helper does and is kept with it.
drop policy its_person_sends_it on application;
create policy its_person_sends_it on application for insert
    with check (person_id = acting_person() and stage = 'sent' and entered_by is not distinct from acting_helper());
