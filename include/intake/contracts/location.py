"""Where a source's file lies: in the inbox, behind a link, on an SFTP server or in object storage."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Annotated, Any
from urllib.parse import SplitResult, parse_qsl, urlsplit

from pydantic import ConfigDict, StringConstraints, field_validator, model_validator
from pydantic import Field as Option

from include.intake.contracts.parts import Part, Text

__all__ = ["OBJECT_STORAGE", "WEB", "Location"]

WEB = frozenset({"http", "https"})
OBJECT_STORAGE = frozenset({"s3", "gs", "abfs", "az"})
SCHEMES = ("https", "http", "sftp", "s3", "gs", "abfs", "az")
LARGEST_FETCHED = 2_000_000_000
UNITS = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}
SECRET = re.compile(
    r"token|secret|passw|pwd|signature|credential|api[-_]?key|session|^(x-)?auth(?!or)|^x-(amz|goog)-"
    r"|^(key|sig|sid|jwt)$",
    re.IGNORECASE,
)
"""Query parameters that let somebody in, by their names."""


def _size(given: Any) -> Any:
    """Read `500 MB` or `2 GB` as bytes."""
    if isinstance(given, int) and not isinstance(given, bool):
        return given
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([a-z]*)", str(given).strip().lower())
    if match is None or match[2] not in UNITS:
        raise ValueError("must be a size such as 500 MB or 2 GB")
    return int(float(match[1]) * UNITS[match[2]])


class Location(Part):
    """Where the source's file is. A bare path (`location: trade.csv`) or link stands for itself."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    path: Text | None = None
    """Relative to the inbox folder (AMANAH_INBOX), or absolute."""
    url: Text | None = None
    """A link: https://, http://, sftp://host/path, s3://bucket/key, gs://bucket/key, abfs://container/path, az://…"""
    connection: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,200}$")] | None = None
    """The id of the Airflow connection that holds the login. The contract holds none."""
    largest: Annotated[int, Option(ge=1)] | None = None
    """The largest file that is taken, such as 500 MB; 2 GB where a link says nothing, any size from a local path."""

    @model_validator(mode="before")
    @classmethod
    def _from_path_or_link_alone(cls, given: Any) -> Any:
        if not isinstance(given, str):
            return given
        return {"url" if _is_link(given) else "path": given}

    @field_validator("largest", mode="before")
    @classmethod
    def _in_bytes(cls, given: Any) -> Any:
        return None if given is None else _size(given)

    @field_validator("path")
    @classmethod
    def _a_local_path(cls, path: str | None) -> str | None:
        if path is not None and _is_link(path):
            raise ValueError("must be a local path; write a link as url:")
        if path is not None and ".." in PurePath(path).parts:
            raise ValueError("must not climb out of the inbox with '..'")
        return path

    @field_validator("url")
    @classmethod
    def _a_link_without_secrets(cls, url: str | None) -> str | None:
        fault = None if url is None else _fault_of(url)
        if fault:
            raise ValueError(fault)
        return url

    @model_validator(mode="after")
    def _one_place(self) -> Location:
        if (self.path is None) == (self.url is None):
            raise ValueError("needs either path: (a local file) or url: (a link), not both")
        if self.path is not None and self.connection is not None:
            raise ValueError("connection means nothing for a local path; remove it")
        if self.scheme == "sftp" and self.connection is None:
            raise ValueError("sftp needs connection: the id of the Airflow connection with login and host key")
        return self

    @property
    def scheme(self) -> str:
        """The link's scheme; empty for a local path."""
        return urlsplit(self.url).scheme.lower() if self.url else ""

    @property
    def limit(self) -> int | None:
        """The most bytes that are taken; None where any size is."""
        return self.largest or (LARGEST_FETCHED if self.url else None)

    @property
    def told(self) -> str:
        """The place as messages name it: without the query of a link, which nobody has to read."""
        return str(self.path) if self.url is None else urlsplit(self.url)._replace(query="").geturl()


def _is_link(text: str) -> bool:
    return re.match(r"\s*[A-Za-z][A-Za-z0-9+.-]+://", text) is not None


def _fault_of(url: str) -> str | None:
    """Say what is wrong with a link, without quoting it: it may hold a password."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname  # each is read only when asked for, and may be ill-formed
    except ValueError:
        return "is not a link that can be read; write it as https://host/file.csv"
    if parts.scheme.lower() not in SCHEMES:
        return f"must begin with one of {', '.join(f'{scheme}://' for scheme in SCHEMES)}"
    if re.search(r"[\s\x00-\x1f\x7f]", url):
        return "must not hold blanks; write %20"
    if "@" in parts.netloc:
        return _fault_of_login(parts)
    if not host or port == 0 or not parts.path.strip("/"):
        return "must name a host or bucket, and the file in it"
    if parts.fragment or "#" in url:
        return "must not hold '#'; write %23 where it belongs to the file's name"
    return _fault_of_query(parts)


def _fault_of_login(parts: SplitResult) -> str:
    if parts.scheme.lower() in {"abfs", "az"}:
        return "names the container before '@': write abfs://container/path; the account comes from the connection"
    return "must not hold a login: put user and password into an Airflow connection and name it in connection:"


def _fault_of_query(parts: SplitResult) -> str | None:
    if parts.query and parts.scheme.lower() not in WEB:
        return f"must not have a query ('?') after {parts.scheme}://"
    for name, _ in parse_qsl(parts.query, keep_blank_values=True):
        if SECRET.search(name):
            shown = name if re.fullmatch(r"[A-Za-z_-]{1,40}", name) else "a parameter"
            return f"holds a secret ({shown}): move it into the extra field `query` of an Airflow connection"
    return None
