-- When somebody gave us their name on our own pages to join, before they had any credential (schemas/identity.py).
alter table account add column came_to_join_at timestamptz;

-- Another address is asked for by somebody who has none yet: there is no mailbox of before that says yes.
alter table address_change alter column old_hash drop not null;

-- What the page that asks for a name says beside the question. A network that does otherwise sets the next edition.
insert into policy_edition (kind, edition, valid_from, issuer, source, value) values
('who_may_ask', '1', '2026-01-01', 'The network', 'The network, edition 1', jsonb_build_object(
'title', 'Who might ask us about you', 'words',
'The police, the immigration service, a benefits office or somebody else might ask us about you.
We tell them nothing, not even that you are here, unless the law or a court says that we must, or somebody is in danger.
We ask them to write down what they want and why. A manager reads it. We give only what we must, and keep a note of it.
We tell you before we do it, unless the law says that we may not.
We do not ask where you were born, which passport you have or which benefits you get. Use any name you like. Before you are paid we need to know who you are, and we tell you then who else hears of it.'));
