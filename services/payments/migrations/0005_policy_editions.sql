-- How soon people are promised their pay is kept as editions (chassis/migrations, `policy_edition`): the network's, and
-- those of organisations that promise more. What was here is theirs: on each day on which a promise began or one was
-- over, what held from then on; no value where none did.
insert into policy_edition (kind, edition, valid_from, issuer, source, value)
select 'pay_promise', row_number() over (order by day), day, 'The network',
    coalesce(source, 'The promise before it had a last day, and none followed'),
    case when days is not null then jsonb_build_object('days', days) end
from (
    select valid_from as day from pay_promise
    union
    select valid_to + 1 from pay_promise where valid_to is not null
) as begins
left join lateral (
    select days, source from pay_promise where in_force(valid_from, valid_to, day) order by valid_from desc limit 1
) as held on true;

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
