"""A register as large as a benchmark needs, written by the database itself: invented businesses, no delivery."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

__all__ = ["AUDIENCE", "LISTINGS", "SOURCE", "business_world", "fill", "settle"]

AUDIENCE = """
insert into duties.audience (id, purpose, recipient, country, form, state, asked_by, run, counts, edition, made_at,
                             expires_at)
values ('6f1c8f0e-5d35-4b6e-9d0b-8c2f5d1a7e35', 'promotion', 'mailer', 'SA', 'csv', 'exported', 'bench', 'bench', '{}',
        'sa-2024-09-14', now(), now() + interval '7 days')
"""
SOURCE = """
insert into register.source (key, kind, jurisdiction, basis_case, basis_proof, purposes, contract_hash, contract,
                             joined_at, updated_at)
values ('bench', 'public_directory', 'sa', 'public_source', 'DOC', array['business_contact'], '\\x00', '{}',
        now(), now())
"""
LISTINGS = """
insert into register.listing (source_key, row_key, fingerprint, state, name_class, name_holds_person, fields,
                              provenance, country, language, opted_out, received_at, first_delivery_id,
                              last_delivery_id, changed_at)
select 'bench', sha256(convert_to('row' || n, 'UTF8')), sha256(convert_to('print' || n, 'UTF8')), 'active',
       'organisation', false, '{}', '{}', 'SA', 'ar', false, now(), gen_random_uuid(), gen_random_uuid(), now()
  from generate_series(1, :listings) n
"""
POINTS = """
insert into register.contact_point (listing_id, kind, key, value, normalised, traits, source_column, delivery_id,
                                    received_at, class, score, reasons, edition, rules, decided_at, decided_by,
                                    permission)
select id, kind, sha256(convert_to(kind || id, 'UTF8')), address, address, '{}', kind, gen_random_uuid(), now(),
       'business', 1, array['role_mailbox'], 'sa-2024-09-14', 'rules/1', now(), 'rules', 'business_use'
  from register.listing,
       lateral (values ('email', 'info@shop-' || id || '.example'), ('phone', '+96611' || lpad(id::text, 7, '0')))
           given (kind, address)
"""


@contextmanager
def business_world() -> Iterator[Path]:
    """Run in a home of its own with an embedded server, which goes away at the end."""
    from include.store import EmbeddedServer, engine, home

    with tempfile.TemporaryDirectory(prefix="amanah-bench-") as folder:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AMANAH_")}
        controller = Path(__file__).resolve().parents[2] / "include/commands/demo/controller.yml"
        os.environ.clear()
        os.environ.update(kept, AMANAH_HOME=f"{folder}/home", AMANAH_KEY="1:" + "ab" * 32)
        os.environ.update(AMANAH_CONTROLLER=str(controller), GX_ANALYTICS_ENABLED="false")
        engine()
        try:
            yield Path(folder)
        finally:
            EmbeddedServer(home()).destroy()


def fill(points: int) -> None:
    """Write so many contact points of businesses, two to a listing."""
    from include.store import Role, begin

    with begin(Role.INTAKE) as connection:
        connection.execute(text(SOURCE))
        connection.execute(text(LISTINGS), {"listings": points // 2})
        connection.execute(text(POINTS))
    settle()


def settle() -> None:
    """Let the database look at what was written, as it does by itself some time after."""
    from include.store import owner_url
    from include.store.engine import make_engine

    owner = make_engine(owner_url())
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for schema in ("register", "suppression", "duties", "channels"):
            named = text("select format('%I.%I', schemaname, tablename) from pg_tables where schemaname = :schema")
            for table in connection.execute(named, {"schema": schema}).scalars().all():
                connection.execute(text(f"vacuum analyze {table}"))
    owner.dispose()
