-- The first edition of each policy. A network that has its own adds an edition with a later first day.
insert into policy (kind, version, issuer, valid_from, title, words, days) values
('code_of_conduct', '1', 'The network', '2026-01-01', 'Code of conduct',
'Be kind, and listen to each other.
Speak from what you know, and let others speak from what they know.
What people tell you about their health or their life stays in the room.
Say so when you could gain something from a decision, before it is made.
Say so when something is wrong or unsafe. You will be listened to.
You can stop at any time. You do not have to say why.', null),
('data_notice', '1', 'The network', '2026-01-01', 'What we keep about you',
'We keep your full name, what you write to us, and the day on which you sent it.
Only the people who screen for the network read them.
Organisations in the network see the name you asked to be called by, a short reference, and your step on the ladder.
We keep them while you are in the pool. If you do not join, we delete your answers after a time that we say here: 12 months.
You can see what we keep, put it right, or ask us to forget you at any time.', null),
('health_data', '1', 'The network', '2026-01-01', 'What you tell us about your health',
'What you know about from your own life, and what you need to take part, say something about your health.
We use them for one thing: to find roles that fit you, and to have what you need ready.
The computer uses them to match you. People see what you need only at an organisation where you take up a place.
You can leave both questions empty. You can take your answers away again at any time.', null),
('screening', '1', 'The network', '2026-01-01', 'How long an answer takes',
'A person reads every application, the oldest first. You always get an answer, and it says why.', 14),
('unsuccessful_applications', '1', 'The network', '2026-01-01', 'How long we keep an application that did not lead to joining',
'NHS Records Management Code of Practice: 6 to 12 months.', 365);
