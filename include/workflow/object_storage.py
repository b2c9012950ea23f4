"""Object storage as Airflow's paths reach it, logged in by an Airflow connection.

The file systems are built here: the providers that would build them bring a whole cloud's libraries each.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from airflow.sdk import ObjectStoragePath
from airflow.sdk.io import attach

from include.errors import NeverRetry
from include.intake.fetching import Login

__all__ = ["file_system", "stored_path"]


def stored_path(url: str, login: Login | None) -> ObjectStoragePath:
    """Return the path of an object. Without a login it is reached as nobody: the object is open to everybody."""
    scheme = urlsplit(url).scheme.lower()
    connection = login.connection if login else None
    made = file_system(scheme, login)
    attach(scheme, connection, fs=made).fs = made  # a store that was attached before has the login of that time
    return ObjectStoragePath(url, conn_id=connection)


def file_system(scheme: str, login: Login | None) -> Any:
    """Build the file system of a scheme. NeverRetry where the connection's fields are not what it can log in with."""
    made_of, options = SYSTEMS[scheme]
    try:
        return made_of(options(login))
    except Exception as error:
        whose = f"the Airflow connection {login.connection}" if login else f"{scheme}:// without a connection"
        raise NeverRetry(f"{whose} cannot be used ({type(error).__name__}): check its fields") from None


def _s3(options: dict[str, Any]) -> Any:
    from s3fs import S3FileSystem

    return S3FileSystem(**options, skip_instance_cache=True)


def _gcs(options: dict[str, Any]) -> Any:
    from gcsfs import GCSFileSystem

    return GCSFileSystem(**options, skip_instance_cache=True)


def _azure(options: dict[str, Any]) -> Any:
    from adlfs import AzureBlobFileSystem

    return AzureBlobFileSystem(**options, skip_instance_cache=True)


def _s3_options(login: Login | None) -> dict[str, Any]:
    """Key id and secret are login and password; without them the worker's own role is used."""
    if login is None:
        return {"anon": True}
    extra = login.extra
    client = {"endpoint_url": extra.get("endpoint_url"), "region_name": extra.get("region_name")}
    return {
        "key": login.login or None,
        "secret": login.password or None,
        "token": extra.get("aws_session_token"),
        "client_kwargs": {name: value for name, value in client.items() if value},
        "config_kwargs": dict(extra.get("config_kwargs") or {}),
    }


def _gcs_options(login: Login | None) -> dict[str, Any]:
    """The service account's key is in `keyfile_dict` or the file `key_path`; else the worker's own account is used."""
    if login is None:
        return {"token": "anon"}
    keyfile = _extra(login, "keyfile_dict")
    token = json.loads(keyfile) if isinstance(keyfile, str) else keyfile
    more = {name: _extra(login, name) for name in ("project", "endpoint_url")}
    return {
        "token": token or _extra(login, "key_path") or "google_default",
        "access": "read_only",
        **{name: value for name, value in more.items() if value},
    }


def _azure_options(login: Login | None) -> dict[str, Any]:
    """A connection string, or account and key, or account and SAS token, or a client of a tenant."""
    if login is None:
        return {"anon": True}
    text, tenant = _extra(login, "connection_string"), _extra(login, "tenant_id")
    if text:
        return {"connection_string": text}
    account = (login.host or "").rpartition("://")[2].partition(".")[0] or login.login
    if tenant:
        client = {"tenant_id": tenant, "client_id": login.login, "client_secret": login.password}
        return {"account_name": account, **client}
    token = _extra(login, "sas_token")
    return {"account_name": account, **({"sas_token": token} if token else {"account_key": login.password})}


def _extra(login: Login, name: str) -> Any:
    """Read an extra field; older connections write the connection's kind before its name."""
    given: Mapping[str, Any] = login.extra
    return next((value for key, value in given.items() if value and key in _names(name)), None)


def _names(name: str) -> tuple[str, ...]:
    return (name, f"extra__google_cloud_platform__{name}", f"extra__wasb__{name}")


SYSTEMS: dict[str, tuple[Callable[[dict[str, Any]], Any], Callable[[Login | None], dict[str, Any]]]] = {
    "s3": (_s3, _s3_options),
    "gs": (_gcs, _gcs_options),
    "abfs": (_azure, _azure_options),
    "az": (_azure, _azure_options),
}
