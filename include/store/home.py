"""The closed folder that everything of an installation lies in: keys, landing files, the embedded server."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from include.errors import NeverRetry

__all__ = ["home", "private_folder", "read_private", "write_private"]

PROJECT = Path(__file__).resolve().parents[2]


def home() -> Path:
    """Return the installation's folder, made if missing and readable by its owner only.

    It is named by `AMANAH_HOME`, else `.amanah` in the project. Raises NeverRetry where it cannot be made or closed.
    """
    named = os.environ.get("AMANAH_HOME")
    folder = Path(named).expanduser() if named else PROJECT / ".amanah"
    return closed(folder.absolute())


def private_folder(*parts: str) -> Path:
    """Return a folder under `home()`, made if missing; each step on the way is readable by its owner only."""
    folder = home()
    for part in parts:
        folder = closed(folder / part)
    return folder


def closed(folder: Path) -> Path:
    """Make a folder if missing and take every right on it from group and others. Its parents keep their modes."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        if folder.stat().st_mode & 0o777 != 0o700:
            folder.chmod(0o700)
    except OSError as error:
        raise NeverRetry(
            f"The folder {folder} cannot be made or closed ({error.strerror}): run as its owner, "
            "or name another folder in AMANAH_HOME."
        ) from error
    return folder


def write_private(file: Path, text: str, *, replace: bool = True) -> bool:
    """Write a file at once or not at all, readable by its owner only, and owned by whoever owns its folder.

    Without `replace`, the first of several writers wins. Returns whether this text is what the file now holds.
    """
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        if os.geteuid() == 0:
            folder = file.parent.stat()
            os.chown(draft, folder.st_uid, folder.st_gid)
        if replace:
            draft.replace(file)
            return True
        try:
            file.hardlink_to(draft)
        except FileExistsError:
            return False
        return True
    finally:
        draft.unlink(missing_ok=True)


def read_private(file: Path) -> str | None:
    """Return the text of a file, or None where there is none. Raises NeverRetry where it is closed to this user."""
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except PermissionError as error:
        raise NeverRetry(f"{file} belongs to another user: run as its owner.") from error
