-- How soon people are promised their pay is kept as editions (chassis/migrations, `policy_edition`): the network's, and
-- those of organisations that promise more. What was here is theirs from the start; where a promise ended and no other
-- followed, there is none from then on.
insert into policy_edition (kind, edition, valid_from, issuer, source, value)
select 'pay_promise', row_number() over (order by valid_from), valid_from, 'The network', source, value from (
    select valid_from, source, jsonb_build_object('days', days) as value from pay_promise
    union all
    select p.valid_to + 1, p.source, null from pay_promise p where p.valid_to is not null and not exists (
        select from pay_promise n where n.valid_from > p.valid_from and n.valid_from <= p.valid_to + 1)
) as known;

-- An older version that still runs reads the network's promise under the old name. The view goes with the next edition
-- of this program.
drop table pay_promise;
create view pay_promise with (security_invoker = true) as
select valid_from, valid_to, days, source from (
    select valid_from, lead(valid_from) over (order by valid_from) - 1 as valid_to,
        (value ->> 'days')::integer as days, source
    from policy_edition where kind = 'pay_promise' and organisation_id is null
) as edition where days is not null;

-- Within how many days of being sent a claim is to be paid: the promise of the day on which it was sent stays its own.
alter table claim add column promised_days integer check (promised_days > 0);
