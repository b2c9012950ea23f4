"""Let a request live: who asks, how long it takes, what became of it; and let other systems and files bring one.

Revision ID: 0027_rights
Revises: 0026_batches
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from include.store.roles import Role, grant

revision = "0027_rights"
down_revision = "0026_batches"
branch_labels = None
depends_on = None

KINDS = (
    "request_merged", "identity_checked", "request_begun", "extension_queued", "request_extended", "request_refused",
    "request_answered", "request_withdrawn",
)  # fmt: skip
WORDS = (
    "request_received/2", "request_extended/1", "request_refused/1", "request_answered/1", "rights_request", "withdraw",
    "proof", "link", "code", "api", "file", "operator", "page", "reply", "actor", "duty", "first", "subject", "message",
    "reason", "ground", "outcome", "right", "kept", "messages", "due_at", "sent_at", "unusual_effort",
    "several_requests", "repeated", "extraordinary_effort", "harm", "security_or_investigation", "others_data",
    "trade_secret", "kept_by_law", "kept_for_case", "provided", "handed_over", "nothing_held", "corrected", "destroyed",
    "partly_kept", "withdrawn", "stopped", "restricted", "reviewed", "looked_into", "not_proven", "gone", "merged",
    "means", "kind",
    "inform", "access", "copy", "correct", "destroy", "object", "restrict", "review", "complain", "request_extended",
    "request_hashes", "to_answer",
    "request_refused", "request_answered",
)  # fmt: skip
MOMENT = sa.DateTime(timezone=True)
OPEN = "state in ('received', 'checked', 'in_work')"
BEFORE = ("inform", "access", "copy", "correct", "destroy", "object", "restrict", "review", "complain")
NOW = ("inform", "access", "copy", "correct", "destroy", "withdraw", "object", "restrict", "review", "complain")
STATES = ("received", "checked", "in_work", "answered", "refused", "merged", "withdrawn")
CHECKS = {
    "proof": "proof in ('link', 'code', 'api', 'operator')",
    "capacity": "capacity in ('self', 'guardian', 'other')",
    "merged": "(state = 'merged') = (merged_into is not null)",
    "refused": "(state = 'refused') = (ground is not null)",
    "checked": "(proof is null) = (checked_at is null)",
    "extended": "extended_at is null or extension_reason is not null",
}
ADDED: tuple[sa.Column[Any], ...] = (
    sa.Column("first_due_at", MOMENT), sa.Column("proof", sa.Text()),
    sa.Column("answers", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
    sa.Column("capacity", sa.Text(), server_default="self", nullable=False),
    sa.Column("guardianship", sa.Text()), sa.Column("facts", sa.LargeBinary()), sa.Column("asker", sa.LargeBinary()),
    sa.Column("reply_to", sa.Text()), sa.Column("channel", sa.Text()), sa.Column("merged_into", sa.Uuid()),
    sa.Column("checked_at", MOMENT), sa.Column("begun_at", MOMENT), sa.Column("shown_at", MOMENT),
    sa.Column("extension_reason", sa.Text()), sa.Column("extension_due", MOMENT),
    sa.Column("extension_message", sa.Uuid()), sa.Column("extended_at", MOMENT), sa.Column("ground", sa.Text()),
    sa.Column("outcome", sa.Text()), sa.Column("destruction_request", sa.Uuid()), sa.Column("closed_at", MOMENT),
)  # fmt: skip
STOPS_BEFORE = "means in ('reply', 'complaint', 'link', 'api')"
SCOPES_BEFORE = "scopes <@ array['may_use', 'stops', 'consents', 'removals']"
SCOPES_NOW = "scopes <@ array['may_use', 'stops', 'consents', 'removals', 'requests']"
STOPS_NOW = "means in ('reply', 'complaint', 'link', 'api', 'operator')"


def upgrade() -> None:
    """Widen the requests, take over those that are open, and let in who brings them."""
    for column in ADDED:
        op.add_column("request", column, schema="duties")
    _check("ck_request_right", _one_of('"right"', NOW))
    op.drop_constraint("ck_request_state", "request", schema="duties", type_="check")
    op.execute("""
        update duties.request
           set state = case when state = 'open' and means = 'page' then 'checked' when state = 'open' then 'received'
                            else 'answered' end,
               proof = case when means = 'page' then 'link' end,
               checked_at = case when means = 'page' then received_at end, first_due_at = due_at
    """)
    op.create_check_constraint(op.f("ck_request_state"), "request", _one_of("state", STATES), schema="duties")
    for name, check in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_request_{name}"), "request", check, schema="duties")
    op.create_foreign_key(
        op.f("fk_request_merged_into"), "request", "request", ["merged_into"], ["id"],
        source_schema="duties", referent_schema="duties",
    )  # fmt: skip
    op.create_index("ix_request_open", "request", ["due_at", "id"], schema="duties", postgresql_where=sa.text(OPEN))
    op.drop_constraint("ck_stop_means", "stop", schema="duties", type_="check")
    op.create_check_constraint(op.f("ck_stop_means"), "stop", STOPS_NOW, schema="duties")
    op.drop_constraint("ck_api_key_scopes", "api_key", schema="duties", type_="check")
    op.create_check_constraint(op.f("ck_api_key_scopes"), "api_key", SCOPES_NOW, schema="duties")
    grant(op, "update (state, proof, checked_at)", "duties.request", Role.PORTAL)
    grant(op, "select, insert", "duties.request", Role.API)
    grant(op, "select (id), insert", "duties.duty", Role.API)
    grant(op, "insert", "duties.restriction", Role.API)
    grant(op, "delete", "duties.alert", Role.DUTIES)
    for kind in KINDS:
        op.execute(
            sa.text("insert into evidence.kind (name) values (:kind) on conflict do nothing").bindparams(kind=kind)
        )
    for word in WORDS:
        op.execute(sa.text("select evidence.learn(:word)").bindparams(word=word))


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return "{} in ({})".format(column, ", ".join(f"'{value}'" for value in values))


def _check(name: str, condition: str) -> None:
    op.drop_constraint(name, "request", schema="duties", type_="check")
    op.create_check_constraint(op.f(name), "request", condition, schema="duties")


def downgrade() -> None:
    """Take it away again. Kinds and words of the ledger stay, for records bear them."""
    op.execute(f"revoke delete on duties.alert from {Role.DUTIES}")
    op.execute(f"revoke insert on duties.restriction from {Role.API}")
    op.execute(f"revoke select (id), insert on duties.duty from {Role.API}")
    op.execute(f"revoke select, insert on duties.request from {Role.API}")
    op.execute(f"revoke update (state, proof, checked_at) on duties.request from {Role.PORTAL}")
    op.execute("delete from duties.api_key where 'requests' = any(scopes)")
    op.drop_constraint("ck_api_key_scopes", "api_key", schema="duties", type_="check")
    op.create_check_constraint(op.f("ck_api_key_scopes"), "api_key", SCOPES_BEFORE, schema="duties")
    op.execute("delete from duties.stop where means = 'operator'")
    op.drop_constraint("ck_stop_means", "stop", schema="duties", type_="check")
    op.create_check_constraint(op.f("ck_stop_means"), "stop", STOPS_BEFORE, schema="duties")
    op.drop_index("ix_request_open", table_name="request", schema="duties")
    op.drop_constraint("fk_request_merged_into", "request", schema="duties", type_="foreignkey")
    for name in CHECKS:
        op.drop_constraint(f"ck_request_{name}", "request", schema="duties", type_="check")
    op.drop_constraint("ck_request_state", "request", schema="duties", type_="check")
    op.execute("delete from duties.request where \"right\" = 'withdraw'")
    op.execute(f"update duties.request set state = case when {OPEN} then 'open' else 'done' end")
    op.create_check_constraint(op.f("ck_request_state"), "request", "state in ('open', 'done')", schema="duties")
    _check("ck_request_right", _one_of('"right"', BEFORE))
    for column in ADDED:
        op.drop_column("request", column.name, schema="duties")
