"""The tasks of the DAGs that copy our store and drill its restore: each a docstring and one call."""

from __future__ import annotations

import os

from include.workflow.steps import skip, started, step

__all__ = ["back_up", "drill_restore"]


@step()
def back_up() -> dict[str, int]:
    """Copy the store, and destroy the copies whose time is over; return counts. Skipped where there is no pg_dump."""
    from include.duties.backups.copies import make_backup
    from include.law import now
    from include.store.dumping import NoProgram

    started()
    try:
        return make_backup(now(), os.environ)
    except NoProgram as missing:
        skip(str(missing))


@step()
def drill_restore() -> dict[str, int]:
    """Copy, destroy, restore, destroy again and prove it; return counts. Skipped where there is no pg_dump."""
    from include.duties.backups.drilling import drill
    from include.law import now
    from include.store.dumping import NoProgram

    started()
    try:
        proof = drill(now()).proof
    except NoProgram as missing:
        skip(str(missing))
    return {"tables": proof.tables, "rows": proof.rows, "held": proof.held_restored, "left": proof.left}
