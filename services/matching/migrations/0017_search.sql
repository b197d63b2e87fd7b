-- What a search finds: words by PostgreSQL's own `english`, in the title (A), the summary (B), and where it is, whose
-- it is and whom it is about (C). The organisation's name is a copy of its mirror: the clock puts it right within a
-- minute (store/feed.py, `names_of_organisations`), whoever wrote the row.
alter table opportunity add organisation_name text not null default '';

-- Signs between words would join them (a path, a host, a mail address) where PostgreSQL reads text for itself.
create function apart(said text) returns text language sql immutable parallel safe
    return translate(searched(coalesce(said, '')), '/\-_.,:;@&+?!=#%*~|<>''"()[]{}’‘“”–—', repeat(' ', 40));
-- Whom a role is about, as codes: each is one word, which a search asks for where it is about what the code is called.
create function area_words(areas text[]) returns text language sql immutable parallel safe
    return coalesce((select string_agg('areax' || replace(area, '_', ''), ' ') from unnest(areas) area), '');
create function found_by(title text, summary text, place text, areas text[]) returns tsvector
    language sql immutable parallel safe
    return setweight(to_tsvector('english', apart(title)), 'A')
        || setweight(to_tsvector('english', apart(summary)), 'B')
        || setweight(to_tsvector('english', apart(place) || ' ' || area_words(areas)), 'C');
alter table opportunity
    add rung text not null generated always as (coalesce(state ->> 'rung', '')) stored,
    add found_by tsvector not null generated always as (found_by(state ->> 'title', state ->> 'summary',
        coalesce(state ->> 'place', '') || ' ' || coalesce(state ->> 'district', '') || ' ' || organisation_name,
        codes(state -> 'lived_experience'))) stored;
create index opportunity_found_by on opportunity using gin (found_by) where closed_at is null;
-- Those that can be so near, before it is reckoned how near they are.
create index district_lat on district (lat);

-- Words that mean the same, for a search: the network's staff keep them, by the command and by the policy.
create function joined_words(words text[]) returns text language sql immutable parallel safe
    return coalesce((select string_agg(word, ' ' order by n) from unnest(words) with ordinality x (word, n)), '');
create table synonym (
    id uuid primary key default gen_random_uuid(),
    words text[] not null check (cardinality(words) between 2 and 12),
    first_key text collate "C" not null generated always as (searched(words[1])) stored,
    words_key text collate "C" not null generated always as (searched(joined_words(words))) stored,
    since timestamptz not null default now(),
    changed_by uuid
);
create index synonym_by_first on synonym (first_key, id);
call table_for_everyone('synonym');
create policy the_network_keeps_it on synonym using (exists (
    select from mirror_organisation m
    where m.id = acting_organisation() and not m.erased and m.state ->> 'kind' = 'network'));

-- What it begins with. From then on it is the network's own.
insert into synonym (words) values
    ('{COPD,lung disease,chronic obstructive pulmonary disease,emphysema,bronchitis,lung,breathing,respiratory}'),
    ('{asthma,inhaler}'),
    ('{heart,cardiac,cardiology,cardiovascular,CVD}'),
    ('{heart attack,myocardial infarction,MI}'),
    ('{high blood pressure,hypertension}'),
    ('{stroke,TIA,cerebrovascular}'),
    ('{cancer,oncology,tumour,tumor,chemotherapy,radiotherapy}'),
    ('{diabetes,diabetic,type 1 diabetes,type 2 diabetes,blood sugar}'),
    ('{arthritis,rheumatology,rheumatoid,joint pain,osteoarthritis,MSK,musculoskeletal}'),
    ('{long-term pain,chronic pain,persistent pain,fibromyalgia}'),
    ('{ME CFS,CFS,chronic fatigue,fatigue syndrome}'),
    ('{mental health,psychiatry,psychiatric,depression,anxiety,CAMHS}'),
    ('{maternity,pregnancy,pregnant,birth,antenatal,midwife,midwifery,having a baby}'),
    ('{children,child,paediatric,paediatrics,young people}'),
    ('{older people,elderly,frailty,geriatric,dementia care}'),
    ('{dementia,Alzheimer''s,memory loss}'),
    ('{learning disability,learning disabilities,LD}'),
    ('{carer,carers,caring,caregiver,unpaid carer}'),
    ('{kidney,renal,dialysis,nephrology}'),
    ('{bowel,IBD,Crohn''s,colitis,gut,digestive}'),
    ('{skin,dermatology,eczema,psoriasis}'),
    ('{eye,eyesight,sight loss,blind,ophthalmology,visually impaired}'),
    ('{deaf,hearing loss,hard of hearing,audiology}'),
    ('{GP,family doctor,general practice,primary care}'),
    ('{A&E,emergency department,casualty,urgent care}'),
    ('{epilepsy,epileptic,seizures}'),
    ('{physio,physiotherapy,rehabilitation,rehab}'),
    ('{hospital appointment,outpatient,outpatients}'),
    ('{discharge,leaving hospital,going home from hospital}'),
    ('{staff interview,recruitment panel,choosing staff,interview panel}');

-- What a kept search can look for too, as the list does. `query`: its words as they were understood when it was kept; a
-- search of before has none, and is looked for letter by letter.
alter table wish
    add kind text, add condition text, add access text, add at_times text[], add near text, add miles integer,
    add query tsquery,
    drop constraint says_something,
    add constraint says_something check (num_nonnulls(strand, mode, organisation_id, paid, job, words, kind, condition,
        access, at_times, near) > 0),
    add constraint how_near check ((near is null) = (miles is null));
drop index wish_once;
create unique index wish_once on wish (person_id, coalesce(strand, ''), coalesce(mode, ''),
    coalesce(organisation_id::text, ''), coalesce(paid::text, ''), coalesce(job::text, ''), coalesce(words, ''),
    coalesce(kind, ''), coalesce(condition, ''), coalesce(access, ''), coalesce(at_times, '{}'), coalesce(near, ''),
    coalesce(miles, 0));
