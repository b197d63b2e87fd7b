"""What notifications does by the clock: send the e-mails that are due."""

from services.chassis.work.leases import Rows
from services.chassis.work.outgoing import Outgoing
from services.chassis.work.scheduler import Jobs
from services.notifications.commands import messages as commands
from services.notifications.post_office import open_post_office

jobs = Jobs()

EMAILS = Outgoing(
    Rows("send_emails", table="message", waiting="channel = 'email' and status in ('queued', 'sending')"),
    what="email",
    open=open_post_office,
    load=commands.load,
    sent=commands.note_sent,
    given_up=commands.note_given_up,
    gone_stale=commands.note_stale,
)
