"""The console in Airflow's navigation: see `include/console`."""

from typing import Any

from airflow.plugins_manager import AirflowPlugin

PLACE = "/amanah"


class Console:
    """The application, made when it is first asked for: of Airflow's processes only the API server is."""

    def __init__(self) -> None:
        self._app: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request."""
        if self._app is None:
            from include.console import create_app
            from include.workflow.operators import last_runs, signed_in

            self._app = create_app(signed_in, last_runs)
        await self._app(scope, receive, send)


class AmanahConsole(AirflowPlugin):
    """Mount the console, and name it in the navigation in both languages: Airflow does not translate it."""

    name = "amanah_console"
    fastapi_apps = [{"app": Console(), "url_prefix": PLACE, "name": "Amanah"}]  # noqa: RUF012 (Airflow's own declaration)
    external_views = [  # noqa: RUF012
        {
            "name": "أمانة · Amanah",
            "href": f"{PLACE}/",
            "destination": "nav",
            "url_route": "amanah",
            "nav_top_level": True,
        }
    ]
