"""The ledger.

Revision ID: 0002_evidence
Revises: 0001_foundation
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0002_evidence"
down_revision = "0001_foundation"
branch_labels = None
depends_on = None

KINDS = """
    delivery_received delivery_registered delivery_failed raw_destroyed
    rows_quarantined rows_suppressed columns_dropped decisions_made decisions_replaced listings_withdrawn subjects_found
    duty_opened duty_closed notices_planned notice_queued notice_sent notice_exempt message_failed message_expired
    promise_warned promise_missed
    destruction_planned destruction_halted destruction_allowed destruction_done destruction_verified suppression_added
    use_blocked reason_given sealed ledger_exported
"""

# Keys and codes that no file brings. A room that needs more adds them in its own migration, with evidence.learn.
WORDS = """
    active actor address ae airflow alert allowed_by already_informed ar article assessment at attempts audit auditor
    awaiting_assessment backfill basis blocked body business business_use bytes changed channel checked class
    closed_at code_version column columns command_line consent consent_refused consent_withdrawn contact_points
    content contract correction country days decided_by decisions deliveries delivery destroyed destroyed_at
    destroyed_late destroyed_unreachable destruction done dpo due_at duplicates duty edition eg email en engineer
    entries erasure_request eu events exempt expired expires_at failed fax field fields halted identities
    impact_assessment impossible_or_unreasonable_effort items jurisdiction kept key_version kind landed landed_whole
    landing landline language last_sending leaves legitimate_interest level listing listings manual mapping marketing
    message message_id messages missed missing mobile name new not_before not_identifiable notice notices number_type
    objection open opened_at operator opted_out organisation outcome outstanding owed pack payload permission person
    personal persons phone plan planned planned_at profile promise_alert proof public_entity public_health
    public_source purpose quarantined queued queued_at raw read ready reason receipt received received_at recorded
    registered registered_at retry role row rows rows_hash rules run sa scheduled seals seconds send_by sensitive_data
    sent sent_at sha256 shards silence size sms source source_notice starts_at state subject subjects suppressed
    suppressed_before switchboard system targets template told told_at told_late too_late_to_answer trigger unchanged
    undetermined unparsed unreachable unreachable_person verified verified_at vital_interest warned warning warning_at
    website whatsapp withdrawn
"""


def upgrade() -> None:
    op.create_table("kind", sa.Column("name", sa.Text()), key("kind", "name"), schema="evidence")
    op.create_table("word", sa.Column("word", sa.Text()), key("word", "word"), schema="evidence")
    op.create_table(
        "ledger",
        sa.Column("seq", sa.BigInteger(), autoincrement=False),
        sa.Column("kind", sa.Text(), sa.ForeignKey("evidence.kind.name", name="fk_ledger_kind"), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        key("ledger", "seq"),
        schema="evidence",
    )
    op.create_table(
        "leaf",
        sa.Column("seq", sa.BigInteger(), autoincrement=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        key("leaf", "seq", "position"),
        schema="evidence",
    )
    op.create_table(
        "head",
        sa.Column("single", sa.Boolean(), server_default="true"),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        key("head", "single"),
        schema="evidence",
    )
    op.create_table(
        "seal",
        sa.Column(
            "seq", sa.BigInteger(), sa.ForeignKey("evidence.ledger.seq", name="fk_seal_seq"), autoincrement=False
        ),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        key("seal", "seq"),
        schema="evidence",
    )
    script = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    op.execute(sa.text(script.replace(":", r"\:")))
    listed("kind", "name", KINDS)
    listed("word", "word", WORDS)


def downgrade() -> None:
    op.execute("drop function evidence.append(text, text, bytea[]), evidence.learn(text)")
    for table in ("seal", "leaf", "ledger", "head", "word", "kind"):
        op.drop_table(table, schema="evidence")
    op.execute(
        "drop function evidence.chain(), evidence.take_leaves(), evidence.refuse(), evidence.check_payload(text), "
        "evidence.is_payload(text), evidence.is_word(text)"
    )


def key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def listed(table: str, column: str, words: str) -> None:
    rows = [{column: word} for word in sorted(set(words.split()))]
    op.bulk_insert(sa.table(table, sa.column(column, sa.Text()), schema="evidence"), rows)
