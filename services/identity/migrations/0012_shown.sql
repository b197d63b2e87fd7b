-- When whoever is in the session showed once more who they are, without signing in anew; and whether they said that others
-- use the computer too, so that it ends soon when nobody uses it.
alter table session
    add column shown_at timestamptz,
    add column shared boolean not null default false;
