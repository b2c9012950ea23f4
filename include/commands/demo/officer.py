"""The data protection officer of the demo: signed in to Airflow, reads what waits, and answers it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from include.commands.demo.rest import Airflow

__all__ = ["Officer"]

READS = 5.0
"""Seconds from seeing a request to answering it: at once, Airflow may still be putting the task away."""


class Officer:
    """Answers the requests of a DAG, a few seconds after seeing each: by its task, or with the same word."""

    def __init__(
        self,
        url: str,
        login: str,
        password: str,
        say: Callable[[str], None],
        answer: str = "Allow",
        reads: float = READS,
        forms: Mapping[str, tuple[str, Mapping[str, Any]]] | None = None,
    ) -> None:
        self._airflow, self._say, self._answer, self._reads = Airflow(url), say, answer, reads
        self._login, self._password, self._forms = login, password, forms or {}
        self._signed_in, self._seen = False, dict[str, float]()

    def look(self, dag: str) -> None:
        """Look once for what waits; answer what was seen long enough ago."""
        if not self._signed_in:
            self._airflow.log_in(self._login, self._password)
            self._signed_in = True
        for request in self._airflow.requests(dag):
            task: dict[str, Any] = request["task_instance"]
            if task["state"] != "awaiting_input":
                continue
            seen = self._seen.setdefault(task["id"], time.monotonic())
            if time.monotonic() - seen >= self._reads:
                answer, said = self._forms.get(task["task_id"], (self._answer, {}))
                self._airflow.answer(task, answer, said)
                self._say(f"the officer ({self._login}) was shown: {request['subject']}; answered: {answer}")
