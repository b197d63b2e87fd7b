"""How what notifications owns is said again: to fill a topic, and after a restore (services/chassis/restate.py)."""

from schemas.notifications import MessageLost, MessageRestated
from services.chassis.operate.restate import Owned
from services.notifications.store import messages

OWNED = (Owned(MessageRestated, MessageLost, after=messages.after, lock=messages.lock, save=messages.save),)
