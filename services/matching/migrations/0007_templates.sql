-- Roles that an organisation keeps as templates: answers to a draft's questions, without days and without people.
create table role_template (
    id uuid primary key,
    organisation_id uuid not null,
    called text not null check (called <> ''),
    says jsonb not null check (jsonb_typeof(says) = 'object' and octet_length(says::text) <= 131072),
    kept_at timestamptz not null,
    unique (organisation_id, called)
);
create index role_template_newest on role_template (organisation_id, kept_at, id);
call table_of_organisation('role_template');
