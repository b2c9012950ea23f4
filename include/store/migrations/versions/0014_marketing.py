"""Keep who objected, what audiences were handed out and to whom, and who may ask over the API.

Revision ID: 0014_marketing
Revises: 0013_portal
"""

from importlib.resources import files

import sqlalchemy as sa
from alembic import op

from include.store.roles import Role, grant

revision = "0014_marketing"
down_revision = "0013_portal"
branch_labels = None
depends_on = None

KINDS = (
    "restriction_recorded", "restriction_ended", "audience_refused", "disclosure_recorded",
    "removal_told", "removal_confirmed", "suppression_imported", "key_issued", "key_ended",
)  # fmt: skip
WORDS = (
    "objection", "complaint", "contested_accuracy", "restriction", "promotion", "service", "all", "api", "file",
    "operator", "page", "letter", "csv", "parquet", "table", "object_storage", "webhook", "recipient", "country",
    "purpose", "method", "means", "kind", "platform", "none", "google", "meta", "contact_points", "refused", "allowed",
    "audience", "removal", "restriction_id", "expires_at", "added", "known", "rows", "reason", "export", "transfer",
    "safeguard", "do_not_call", "opted_out", "legal", "list", "actor", "removals", "members", "looked_at", "key",
)  # fmt: skip
BEFORE = "means in ('reply', 'complaint', 'link')"
NOW = "means in ('reply', 'complaint', 'link', 'api')"
POINT = "id, listing_id, kind, key, number_type, unparsed, class, permission, subject_id"
LISTING = "id, source_key, state, name_class, name_holds_person, opted_out"
SOURCE = "key, kind, jurisdiction, basis_case, basis_expires, purposes"
MESSAGE = "id, recipient_key, channel, language, state, error"
RETURNED = "message_id, kind"
TABLES = (
    "restriction", "audience", "audience_member", "disclosure", "removal", "removal_point", "api_key", "webhook",
    "webhook_call",
)  # fmt: skip


def upgrade() -> None:
    """Make the tables of marketing and the API's role, and let a stop come over the API."""
    op.drop_constraint("ck_stop_means", "stop", schema="duties", type_="check")
    op.create_check_constraint(op.f("ck_stop_means"), "stop", NOW, schema="duties")
    for statement in _statements():
        op.execute(statement)
    op.create_index(
        "ix_message_undelivered",
        "message",
        ["recipient_key"],
        schema="channels",
        postgresql_where=sa.text("recipient_key is not null and state in ('bounced', 'failed')"),
    )
    for table in TABLES:
        grant(op, "select, insert, update", f"duties.{table}", Role.DUTIES)
    grant(op, "delete", "duties.audience_member", Role.DUTIES)
    grant(op, "select", "duties.mailing_list", Role.DUTIES)
    for table in ("audience", "disclosure", "removal", "restriction"):
        grant(op, "select", f"duties.{table}", Role.AUDITOR)
    _let_the_api_in()
    for kind in KINDS:
        op.execute(
            sa.text("insert into evidence.kind (name) values (:kind) on conflict do nothing").bindparams(kind=kind)
        )
    for word in WORDS:
        op.execute(sa.text("select evidence.learn(:word)").bindparams(word=word))


def _let_the_api_in() -> None:
    """Let the API judge contact points without being able to read one: no value, no name, no normalised form."""
    grant(op, "usage", "schema suppression", Role.API)
    grant(op, f"select ({POINT})", "register.contact_point", Role.API)
    grant(op, f"select ({LISTING})", "register.listing", Role.API)
    grant(op, f"select ({SOURCE})", "register.source", Role.API)
    grant(op, "select", "suppression.entry", Role.API)
    grant(op, f"select ({MESSAGE})", "channels.message", Role.API)
    grant(op, "insert", "channels.message", Role.API)
    grant(op, f"select ({RETURNED})", "channels.returned", Role.API)
    grant(op, "select, insert", "duties.stop", Role.API)
    for table in ("restriction", "audience", "audience_member", "removal", "removal_point", "api_key"):
        grant(op, "select", f"duties.{table}", Role.API)
    grant(op, "update (state, confirmed_at, confirmed_by)", "duties.removal", Role.API)
    grant(op, "execute", "function evidence.learn(text)", Role.API)


def downgrade() -> None:
    """Take them away again. Kinds and words of the ledger stay, for records bear them."""
    op.execute("drop view duties.mailing_list")
    for table in reversed(TABLES):
        op.drop_table(table, schema="duties")
    op.drop_index(
        "ix_message_undelivered",
        table_name="message",
        schema="channels",
        postgresql_where=sa.text("recipient_key is not null and state in ('bounced', 'failed')"),
    )
    op.execute("delete from duties.stop where means = 'api'")
    op.drop_constraint("ck_stop_means", "stop", schema="duties", type_="check")
    op.create_check_constraint(op.f("ck_stop_means"), "stop", BEFORE, schema="duties")
    for name, columns in (("contact_point", POINT), ("listing", LISTING), ("source", SOURCE)):
        op.execute(f"revoke select ({columns}) on register.{name} from {Role.API}")
    op.execute(f"revoke select ({MESSAGE}), insert on channels.message from {Role.API}")
    op.execute(f"revoke select ({RETURNED}) on channels.returned from {Role.API}")
    op.execute(f"revoke select on suppression.entry from {Role.API}")
    op.execute(f"revoke usage on schema suppression from {Role.API}")
    op.execute(f"revoke select, insert on duties.stop from {Role.API}")
    op.execute(f"revoke execute on function evidence.learn(text) from {Role.API}")


def _statements() -> list[str]:
    whole = files("include.store.migrations.versions").joinpath("0014_marketing.sql").read_text(encoding="utf-8")
    return [statement for statement in whole.split(";\n") if statement.strip()]
