-- Text as lists are searched and put in order by: no capitals, no accents. Of the index a list by it goes on from,
-- so it is immutable, and compared byte by byte, which is what a range "begins with" needs.
create function searched(words text) returns text language sql immutable parallel safe
    as $$ select lower(regexp_replace(normalize(words, NFKD), '[\u0300-\u036f]', '', 'g')) collate "C" $$;
