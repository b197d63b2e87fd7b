-- Kinds of work and modes are asked once, with what would fit a person. What was chosen here stands where it differs from
-- that, until its person saves the page anew; what is the same follows the profile from now on. An older version that
-- still runs goes by what is kept here, which is then what the profile said.
alter table subscription add column own_strands boolean not null default true;
alter table subscription add column own_modes boolean not null default true;
update subscription s set own_strands = to_jsonb(s.strands) is distinct from p.state -> 'strands',
    own_modes = to_jsonb(s.modes) is distinct from p.state -> 'modes'
from mirror_profile p where p.id = s.person_id and not p.erased;
