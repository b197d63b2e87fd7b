"""What stands in the way of a command, in one sentence that a person can act on."""

import errno
from collections.abc import Generator
from contextlib import contextmanager


class Trouble(Exception):
    """Something stands in the way. The message says what it is and what to do about it."""


class AlreadyRunning(Trouble):
    """The state folder is in use by a process that is alive."""

    def __init__(self, message: str, pid: int | None) -> None:
        super().__init__(message)
        self.pid = pid


def reason(fault: BaseException) -> str:
    """What a fault says of itself, or its kind where it says nothing."""
    return str(fault) or type(fault).__name__


@contextmanager
def os_faults(doing: str) -> Generator[None]:
    """A fault of the operating system met while `doing` something is Trouble."""
    try:
        yield
    except OSError as fault:
        raise in_words(fault, doing) from fault


def in_words(fault: OSError, doing: str) -> Trouble:
    """The sentence for a fault of the operating system met while `doing` something."""
    if fault.errno in (errno.ENOSPC, errno.EDQUOT):
        return Trouble(f"The disk is full: {doing} needs more room. Free about 1 GB and start again.")
    if fault.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return Trouble(f"No permission for {doing}: {fault.filename or fault.strerror}. Check who owns the folder.")
    return Trouble(f"Trouble with {doing}: {fault}.")
