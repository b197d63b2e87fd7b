-- Somebody can ask to be met: at a place that they name, in a word or two. Staff see it on their list, as a number to ring.
alter table contact_point
    drop constraint contact_point_channel_check,
    add constraint contact_point_channel_check check (channel in ('email', 'sms', 'phone', 'post', 'meet', 'page'));
alter table message
    drop constraint message_channel_check,
    add constraint message_channel_check check (channel in ('email', 'sms', 'phone', 'post', 'meet', 'page')),
    drop constraint message_check,
    add constraint message_by_people check ((channel in ('phone', 'post', 'meet')) = (organisation_id is not null));

-- Of a phone: they asked for a text instead of a call, and this network sends none by itself.
alter table contact_point add column by_text boolean not null default false check (not by_text or channel = 'phone');
