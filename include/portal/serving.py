"""Run the portal. What it logs names no path, for a path holds the token of somebody's link."""

from __future__ import annotations

from include.portal.app import create_app

__all__ = ["serve"]


def serve(host: str, port: int) -> None:
    """Serve until a signal ends it. Behind a proxy that ends TLS, FORWARDED_ALLOW_IPS names the proxy."""
    import uvicorn

    from include.store import Role, log_in_as

    log_in_as(Role.PORTAL)
    uvicorn.run(create_app(), host=host, port=port, access_log=False, server_header=False, log_level="warning")
