-- The SQL twins of `chassis/base/periods.py`: both days are included. Their bodies are single expressions, so that the
-- planner puts them in place and indexes work as before.
create function in_force(valid_from date, valid_to date, day date) returns boolean language sql immutable
    return valid_from <= day and (valid_to is null or day <= valid_to);
create function ends_before(valid_to date, day date) returns boolean language sql immutable
    return valid_to is not null and valid_to < day;
-- The same of a state that is kept as JSON. Reading a date from text depends on a setting, so these are only stable.
create function in_force(state jsonb, day date) returns boolean language sql stable
    return in_force((state ->> 'valid_from')::date, (state ->> 'valid_to')::date, day);
create function ends_before(state jsonb, day date) returns boolean language sql stable
    return ends_before((state ->> 'valid_to')::date, day);
-- The day on which people in England see a moment.
create function london_day(moment timestamptz) returns date language sql immutable
    return (moment at time zone 'Europe/London')::date;
