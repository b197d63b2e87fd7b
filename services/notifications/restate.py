"""How what notifications owns is restated, to fill a topic or after a restore: see chassis/operate/restate.py."""

from schemas.notifications import (
    AlikeLost,
    AlikeRestated,
    ConversationLost,
    ConversationRestated,
    MessageLost,
    MessageRestated,
)
from services.chassis.operate.restate import Owned
from services.notifications.store import alike, conversations, messages

OWNED = (
    Owned(MessageRestated, MessageLost, after=messages.after, lock=messages.lock, save=messages.save),
    Owned(
        ConversationRestated,
        ConversationLost,
        after=conversations.after,
        lock=conversations.lock,
        save=conversations.save,
    ),
    Owned(AlikeRestated, AlikeLost, after=alike.after, lock=alike.lock, save=alike.save),
)
