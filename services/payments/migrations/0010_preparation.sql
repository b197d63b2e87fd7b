-- Of the hours that a claim is for, how many were for preparing. They are paid where the rate is by the hour.
alter table claim add column preparation_hours numeric not null default 0
    check (preparation_hours >= 0 and preparation_hours <= units);
