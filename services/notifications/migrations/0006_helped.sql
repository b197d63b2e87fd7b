-- Whoever was helped sees what the staff are called who did it.
create policy whom_they_helped on mirror_account for select using (exists (
    select from help_given h where h.person_id = acting_person() and h.helped_by = mirror_account.id));
