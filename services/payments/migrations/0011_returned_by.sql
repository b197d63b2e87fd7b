-- Who sent a claim back last: somebody else is asked when its person wants that looked at again.
alter table claim add column returned_by uuid;
