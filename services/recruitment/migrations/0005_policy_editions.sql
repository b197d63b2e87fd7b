-- What people agree to and how long answers take are kept as editions (chassis/migrations, `policy_edition`): the next
-- one is set on a page. What was here is theirs from the start.
insert into policy_edition (kind, edition, valid_from, issuer, source, value)
select kind, version, valid_from, issuer, issuer || ', edition ' || version,
    jsonb_strip_nulls(jsonb_build_object('title', title, 'words', words, 'days', days)) from policy;

-- An agreement names an edition that was there, as before. `whose` is the network (see policy_edition).
alter table agreement drop constraint agreement_kind_version_fkey;
alter table agreement add column whose uuid not null default '00000000-0000-0000-0000-000000000000';
alter table agreement add constraint agreement_to_an_edition
    foreign key (kind, whose, version) references policy_edition (kind, whose, edition);

-- An older version that still runs reads the same editions under the old name. The view goes with the next edition of
-- this program.
drop table policy;
create view policy with (security_invoker = true) as
select kind, edition as version, issuer, valid_from, value ->> 'title' as title, value ->> 'words' as words,
    (value ->> 'days')::integer as days
from policy_edition
where organisation_id is null
    and kind in ('code_of_conduct', 'data_notice', 'health_data', 'screening', 'unsuccessful_applications');
