-- Where the districts are is a fact of the list that came with 0012: nobody writes it but a migration.
do $$ begin execute format('revoke insert, update, delete on district from %I', current_schema()); end $$;
