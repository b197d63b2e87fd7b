"""How a transaction begins: row-level security is told who asks."""

from uuid import UUID

from services.chassis.base.hands import Acting

# Begin, and note who asks, in one round trip. What is filled in is words of ours and three UUIDs, never foreign text.
_BEGIN = """{begin}; select set_config('app.door', '{door}', true), set_config('app.person', '{person}', true),
set_config('app.hand', '{hand}', true), set_config('app.organisation', '{organisation}', true)
"""


def begin(acting: Acting, *, read_only: bool = False) -> str:
    """`read_only`: PostgreSQL refuses whatever would change something, a lock of a row too."""
    return _begin("begin read only" if read_only else "begin", acting)


def begin_reading(acting: Acting) -> str:
    """A part of a transaction in which somebody only reads, until END_READING: then all is as it was before it."""
    return _begin("savepoint reading; set transaction read only", acting)


END_READING = "rollback to savepoint reading; release savepoint reading"


def _begin(how: str, acting: Acting) -> str:
    person, hand, organisation = (
        str(id) if isinstance(id, UUID) else "" for id in (acting.subject_id, acting.hand_id, acting.for_organisation)
    )
    return _BEGIN.format(begin=how, door=acting.door, person=person, hand=hand, organisation=organisation)
