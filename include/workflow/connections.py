"""Where carriers are reached: from the environment, else from Airflow's connections; never from a file here."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from urllib.parse import quote

from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowNotFoundException, AirflowRuntimeError

from include.errors import NeverRetry

__all__ = ["carrier_settings", "every_setting", "mailbox_settings", "system_settings", "with_systems"]

SIGNING = ("AMANAH_DKIM_KEY", "AMANAH_DKIM_SELECTOR", "AMANAH_DKIM_DOMAIN")
"""What mails are signed with: from the environment, which every worker has."""
CONNECTIONS = {
    "AMANAH_SMTP_URL": "amanah_smtp",
    "AMANAH_SMS_URL": "amanah_sms",
    "AMANAH_WHATSAPP_URL": "amanah_whatsapp",
}
"""Setting, and the id of the connection that stands in for it: SMTP by its host, login and port; the others by the
notification URL in the connection's extra field `url`."""


def carrier_settings() -> dict[str, str]:
    """Gather the carriers' URLs. A channel with neither setting nor connection has none."""
    settings = {name: os.environ[name] for name in (*CONNECTIONS, *SIGNING) if os.environ.get(name)}
    for name, connection_id in CONNECTIONS.items():
        if name not in settings and (found := _connection(connection_id)) is not None:
            settings[name] = found
    return settings


def mailbox_settings() -> dict[str, str]:
    """Say where returns are read: from the setting, else from the connection `amanah_returns`; nowhere without either.

    The connection is an IMAP server over TLS, by its host, login and password; its schema names the folder.
    """
    if given := os.environ.get("AMANAH_RETURNS_URL"):
        return {"AMANAH_RETURNS_URL": given}
    try:
        found = Connection.get("amanah_returns")
    except (AirflowNotFoundException, AirflowRuntimeError):
        return {}
    if not (found.host and found.login and found.password):
        raise NeverRetry("Airflow's connection amanah_returns needs a host, a login and a password")
    login = f"{quote(found.login, safe='')}:{quote(found.password, safe='')}"
    folder = quote(found.schema or "INBOX", safe="")
    return {"AMANAH_RETURNS_URL": f"imaps://{login}@{found.host}:{found.port or 993}/{folder}"}


def system_settings(names: Iterable[str]) -> dict[str, str]:
    """Gather the addresses of systems of record: each from the setting of that name, else from the connection."""
    settings = {name: os.environ[name] for name in names if os.environ.get(name)}
    for name in names:
        if name not in settings:
            with suppress(AirflowNotFoundException, AirflowRuntimeError):
                settings[name] = Connection.get(name).get_uri()
    return settings


def with_systems(settings: Mapping[str, str]) -> dict[str, str]:
    """Add to the settings the address of each mapped system that an Airflow connection has."""
    from include.systems.maps import all_maps

    try:
        systems = all_maps()
    except NeverRetry:  # whoever reads the maps says what is wrong with them
        return dict(settings)
    return {**os.environ, **settings, **system_settings([s.connection for s in systems if s.connection])}


def every_setting() -> dict[str, str]:
    """Gather all of it beside the environment: for the console, whose API server reads connections as tasks do."""
    return {**os.environ, **with_systems(carrier_settings())}


def _connection(connection_id: str) -> str | None:
    try:
        connection = Connection.get(connection_id)
    except (AirflowNotFoundException, AirflowRuntimeError):
        return None
    if url := connection.extra_dejson.get("url"):
        return str(url)
    if not connection.host:
        return None
    login = (
        f"{quote(connection.login, safe='')}:{quote(connection.password or '', safe='')}@" if connection.login else ""
    )
    scheme = "smtps" if connection.extra_dejson.get("ssl") else "smtp"
    starttls = "?starttls=1" if connection.extra_dejson.get("starttls") else ""
    return f"{scheme}://{login}{connection.host}:{connection.port or 25}{starttls}"
