"""Start one program of PostgreSQL on the right footing. Run as a script, on the standard library alone.

It is a process of its own because what it does (new user namespace, other user, detaching) cannot be done in a
process with threads, and because the server must not be a child of whoever happened to need it first.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

INSIDE = 1000
"""The user id that root has inside the namespace: any but zero, which PostgreSQL refuses."""
CLONE_NEWUSER = 0x10000000
SHARED_MEMORY = 7
"""The last line of `postmaster.pid` that a starting server reads; the next one is the state."""


def enter_namespace() -> None:
    """Become a user that is not root to PostgreSQL, and still root to the files that root owns."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "no user namespace: " + os.strerror(ctypes.get_errno()))
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{INSIDE} 0 1", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{INSIDE} 0 1", encoding="ascii")


def become(uid: int, gid: int) -> None:
    """Give up root for good."""
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def hold(lock: str, seconds: float) -> None:
    """Lock a file for as long as this process or any descendant lives; exit where that is not to be had."""
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    os.set_inheritable(descriptor, True)
    end = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > end:
                sys.exit("launch: processes of an earlier server still live")
            time.sleep(0.05)


def detach(log: str) -> None:
    """Go on as a grandchild: no terminal, no stdio of the caller, and nobody's zombie."""
    if os.fork():
        os._exit(0)
    os.setsid()
    quiet = os.open(os.devnull, os.O_RDONLY)
    written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(quiet, 0)
    os.dup2(written, 1)
    os.dup2(written, 2)


def disown_stale(pidfile: str, sockets: str) -> None:
    """Put our own process id into a pid file that was left behind, and remove the sockets.

    We hold the lock that every process of that server held, so whatever bears its number now (a zombie, a stranger)
    is not it. PostgreSQL takes its own number for a leftover, and goes on to its other checks. What the file said
    of the server's state goes, so that nobody reads it as this server's.
    """
    for left in Path(sockets).glob(".s.PGSQL.*"):
        left.unlink()
    file = Path(pidfile)
    if file.exists():
        lines = file.read_text(encoding="ascii").splitlines(keepends=True)
        with file.open("r+", encoding="ascii") as stream:
            stream.write("".join([f"{os.getpid()}\n", *lines[1:SHARED_MEMORY]]))
            stream.truncate()


def main(order: dict[str, Any]) -> None:
    """Carry out an order: argv, way, uid, gid, lock, seconds; and for the server log, pidfile, sockets."""
    os.umask(0o077)
    hold(order["lock"], order["seconds"])
    if "log" in order:
        detach(order["log"])
        disown_stale(order["pidfile"], order["sockets"])
    if order["way"] == "namespace":
        enter_namespace()
    elif order["way"] == "user":
        become(order["uid"], order["gid"])
    os.chdir("/")
    os.execv(order["argv"][0], order["argv"])


if __name__ == "__main__":
    try:
        main(json.loads(sys.argv[1]))
    except OSError as failure:
        sys.exit(f"launch: {failure}")
