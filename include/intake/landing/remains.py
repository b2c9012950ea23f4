"""What lies about and belongs to no delivery any more is destroyed (promise 4, IR 8(1)(b))."""

from __future__ import annotations

from sqlalchemy import text

from include.intake.landing.files import destroy, landing_folders
from include.store import Role, begin, private_folder

__all__ = ["destroy_remains"]

STANDING = text("""
    select landing::text from register.delivery where source_key = :source and landing is not null
    union
    select id::text from register.receipt
     where source_key = :source and state in ('received', 'landed', 'checked')
""")
ENDED = text("""
    select id::text from register.receipt
     where source_key = :source and state in ('registered', 'failed') and id::text = any(:staged)
""")


def destroy_remains(source_key: str) -> None:
    """Destroy the raw bytes of the source's receipts that have ended, and its landing folders that nothing names.

    A folder is named by the delivery whose rows it holds, and by a receipt that is under way. Safe to do again, and
    beside an intake.
    """
    folders = {folder: folder.name.partition(".")[0] for folder in landing_folders(source_key)}
    staged = {file: file.name.partition(".")[0] for file in private_folder("staging").iterdir()}
    with begin(Role.INTAKE) as connection:
        values = {"source": source_key, "staged": list(staged.values())}
        standing = set(connection.execute(STANDING, values).scalars())
        ended = set(connection.execute(ENDED, values).scalars())
    for remains in (
        *(file for file, receipt in staged.items() if receipt in ended),
        *(folder for folder, receipt in folders.items() if receipt not in standing),
    ):
        destroy(remains)
