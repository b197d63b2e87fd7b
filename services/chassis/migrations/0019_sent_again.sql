-- A form that is sent again with other answers (Back, corrected, sent): what is needed to say what that means.
alter table spent_key
    add column sent_to bytea,                         -- hash of method and address; null: of an older version, or the API
    add column left_as text,                          -- how a form that changes something left it (chassis/http/seen.py)
    add column earlier bytea[] not null default '{}'; -- the bodies that it was sent with before body_hash
