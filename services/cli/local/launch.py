"""Become another program that ends when its starter ends. Runs alone, by `python -I -S launch.py OPTIONS -- PROGRAM…`.

A kill -9 of the supervisor cannot be caught, so the kernel is asked beforehand to pass the news on
(PR_SET_PDEATHSIG, Linux; elsewhere the sweep at the next start stands in).
"""

import ctypes
import os
import pwd
import signal
import sys

PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000
NOBODY = 65534


def be_nobody_in_a_namespace() -> None:
    """Root is seen as `nobody` by this process alone; files stay root's, and no folder is opened to others."""
    libc = ctypes.CDLL(None, use_errno=True)
    uid, gid = os.getuid(), os.getgid()
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "a user namespace")
    for file, line in (
        ("setgroups", "deny"),
        ("uid_map", f"{NOBODY} {uid} 1"),
        ("gid_map", f"{NOBODY} {gid} 1"),
    ):
        with open(f"/proc/self/{file}", "w", encoding="ascii") as handle:
            handle.write(line)


def be_nobody() -> None:
    """Give up being root for good."""
    nobody = pwd.getpwnam("nobody")
    os.setgroups([])
    os.setgid(nobody.pw_gid)
    os.setuid(nobody.pw_uid)


def end_with(starter: int, death_signal: int) -> None:
    """Ask for `death_signal` when the starter ends. After every change of user, which would forget it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, death_signal)
        if os.getppid() != starter:
            os._exit(1)


def main(arguments: list[str]) -> None:
    at = arguments.index("--")
    starter, death_signal, user = arguments[:at]
    if user == "namespace":
        be_nobody_in_a_namespace()
    elif user == "nobody":
        be_nobody()
    end_with(int(starter), int(death_signal))
    os.umask(0o077)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    program = arguments[at + 1 :]
    os.execvp(program[0], program)


if __name__ == "__main__":
    main(sys.argv[1:])
