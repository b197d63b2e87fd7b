-- A message says whom to ring as of the moment at which it is sent, printed or shown: `rings` is whose desk that is, a role,
-- an organisation, or its own person, whose coordinator answers. `thing`: what all e-mails of its thread are called.
alter table message add column rings uuid;
alter table message add column thing text not null default '';
