"""How what notifications owns is restated, to fill a topic or after a restore: see chassis/operate/restate.py."""

from schemas.notifications import MessageLost, MessageRestated
from services.chassis.operate.restate import Owned
from services.notifications.store import messages

OWNED = (Owned(MessageRestated, MessageLost, after=messages.after, lock=messages.lock, save=messages.save),)
