"""Airflow's connections as the fetching of files needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowNotFoundException, AirflowRuntimeError

from include.errors import MayBeRetried, NeverRetry
from include.intake.fetching import Login

if TYPE_CHECKING:
    from airflow.sdk import ObjectStoragePath

__all__ = ["AirflowConnections"]


class AirflowConnections:
    """Read logins from Airflow's connections when they are needed, and keep none."""

    def login(self, connection: str) -> Login:
        """Return what a connection says. NeverRetry where Airflow has none, MayBeRetried where it gives no answer."""
        try:
            found = Connection.get(connection)
        except AirflowNotFoundException:
            raise NeverRetry(
                f"Airflow has no connection {connection}: add it, or correct location.connection in the contract"
            ) from None
        except AirflowRuntimeError:
            raise MayBeRetried(f"Airflow does not say now what its connection {connection} holds") from None
        return Login(
            connection, found.host or None, found.port, found.login or None, found.password or None, found.extra_dejson
        )

    def stored(self, url: str, connection: str | None) -> ObjectStoragePath:
        """Return the path of an object, logged in by a connection, or as nobody without one."""
        from include.workflow.object_storage import stored_path

        return stored_path(url, self.login(connection) if connection else None)
