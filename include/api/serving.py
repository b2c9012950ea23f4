"""Run the API. It logs no path and no body."""

from __future__ import annotations

__all__ = ["serve"]


def serve(host: str, port: int, workers: int) -> None:
    """Serve until a signal ends it, over so many processes. Behind a proxy that ends TLS, never in the open."""
    import uvicorn

    from include.store import Role, log_in_as

    log_in_as(Role.API)
    uvicorn.run(
        "include.api.app:create_app",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        access_log=False,
        server_header=False,
        log_level="warning",
    )
