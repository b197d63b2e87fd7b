-- Nobody of a role's organisation or its host may answer an objection to its draw: the network's organisation, and since
-- when its admins have it on their home page. Kept on the intake, which says it.
alter table intake add column network_id uuid;
alter table intake add column network_since timestamptz check ((network_since is null) = (network_id is null));
