"""The console in Airflow's navigation, and beside the runs and tasks that concern a page: see `include/console`."""

from typing import Any

from airflow.plugins_manager import AirflowPlugin
from airflow.sdk import BaseOperatorLink

PLACE = "/amanah"
ROUTE = "amanah"
NAME = "أمانة · Amanah"
SIGN_IN = f"/api/v2/auth/login?next={PLACE}/"
ABOUT = f"{PLACE}/about/{{DAG_ID}}"


class Console:
    """The application, made when it is first asked for: of Airflow's processes only the API server is."""

    def __init__(self) -> None:
        self._app: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request."""
        if self._app is None:
            from include.console import create_app
            from include.workflow.connections import every_setting
            from include.workflow.operators import last_runs, signed_in
            from include.workflow.pages import page_of

            self._app = create_app(signed_in, last_runs, page_of, SIGN_IN, every_setting)
        await self._app(scope, receive, send)


class PageOfTask(BaseOperatorLink):
    """Link a task to the page that its workflow concerns, inside Airflow's own frame; tasks of others have none."""

    name = NAME

    def get_link(self, operator: Any, *, ti_key: Any) -> str:
        """Give the link; nothing where there is none."""
        from include.workflow.pages import page_of

        del operator
        return f"/plugin/{ROUTE}{PLACE}/about/{ti_key.dag_id}" if page_of(ti_key.dag_id) else ""


class AmanahConsole(AirflowPlugin):
    """Mount the console, and name it in both languages: Airflow does not translate it."""

    name = "amanah_console"
    fastapi_apps = [{"app": Console(), "url_prefix": PLACE, "name": "Amanah"}]  # noqa: RUF012 (Airflow's own declaration)
    external_views = [  # noqa: RUF012
        {"name": NAME, "href": f"{PLACE}/", "destination": "nav", "url_route": ROUTE, "nav_top_level": True},
        {"name": NAME, "href": ABOUT, "destination": "dag", "url_route": "amanah_dag"},
        {"name": NAME, "href": ABOUT, "destination": "dag_run", "url_route": "amanah_run"},
    ]
    global_operator_extra_links = [PageOfTask()]  # noqa: RUF012
