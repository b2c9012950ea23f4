"""Keep breaches with their clocks, scope, answers, reports and steps; let what is urgent leave the outbox first.

Revision ID: 0029_breach
Revises: 0028_packages
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from include.store.roles import Role, grant

revision = "0029_breach"
down_revision = "0028_packages"
branch_labels = None
depends_on = None

DUTIES = ("breach_authority", "breach_people")
SCOPES_BEFORE = "array['may_use', 'stops', 'consents', 'removals', 'requests']"
SCOPES_NOW = SCOPES_BEFORE[:-1] + ", 'breaches']"
KINDS = (
    "breach_noted", "breach_scoped", "breach_assessed", "breach_decided", "breach_said", "breach_drafted",
    "breach_approved", "breach_filed", "breach_allowed", "breach_queued", "breach_step_done", "breach_closed",
    "readiness_checked",
)  # fmt: skip
WORDS = (
    "breach", "breach_authority", "breach_people", "breach_notice", "breach_notice/1", "incident", "means", "rehearsal",
    "real", "form", "command_line", "console", "api", "processor", "disclosure", "unlawful_access", "destruction",
    "damage", "discovered_at", "known_at", "began_at", "ended_at", "due_at", "people", "destroyed_since", "systems",
    "unmapped", "away", "risk", "low", "medium", "high", "authority", "verdict", "notify", "not_notify", "whom",
    "element", "ar", "en", "number", "deferred", "delays", "late", "in_time", "report", "step", "office", "queued",
    "unreachable", "rehearsed", "steps_open", "hour", "breach_at_processor", "yes", "no", "gaps", "registered",
    "contacts", "templates", "rehearsed_lately", "not_notified", "reported", "reported_late", "told", "told_late",
    "harms_data", "harms_person", "against_rights", "sensitive", "identifies", "protected", "contained", "unknown",
    "no_harm", "no_harm_test", "unreadable", "contained_in_time", "no_personal_data", "found_late", "scope_took_long",
    "processor_late", "platform_away", "investigation", "description", "how", "risks", "effects", "measures_taken",
    "measures_planned", "advice", "delay", "content", "notice", "reason_1", "reason_2", "reason_3", "estimate",
    "cut_access", "change_secrets", "keep_traces", "name_data", "name_people", "tell_nca", "announce", "security",
    "engineer", "officer", "communications", "legal", "hour_24", "hour_48", "hour_66", "rehearsals",
    "breach_words",
)  # fmt: skip
SHOWN = {
    "breach": (
        "id", "reference", "kind", "means", "processor", "discovered_at", "known_at", "began_at", "ended_at", "systems",
        "evidence", "rehearsal", "jurisdiction", "edition", "due_at", "people_due_at", "people_duty", "noted_at", "run",
        "estimate", "people", "destroyed_since", "notice_hash", "scoped_at", "assessed_at", "reported_at",
        "supplemented_at", "told_at", "closed_at",
    ),
    "breach_scope": ("breach_id", "system", "table_name", "category", "people", "records"),
    "breach_person": ("breach_id", "state"),
    "breach_answer": ("breach_id", "question", "answer", "answered_at"),
    "breach_words": ("breach_id", "element", "language", "written_at"),
    "breach_decision": ("breach_id", "whom", "verdict", "reasons", "edition", "decided_at"),
    "breach_report": (
        "id", "breach_id", "number", "state", "hash", "deferred", "delays", "edition", "drafted_at", "approved_at",
        "filed_at", "authority_reference",
    ),
    "breach_step": ("breach_id", "step", "office", "due_at", "done_at"),
}  # fmt: skip
"""What the console's lists read: no login, and nothing that somebody wrote."""
API_WRITES = ("breach", "breach_step", "duty")


def upgrade() -> None:
    """Make the tables, give the rooms what they need of them, and put the outbox in the order of urgency."""
    _breach()
    _people()
    _said()
    _reports()
    _duties(added=True)
    op.add_column(
        "message", sa.Column("urgency", sa.BigInteger(), server_default="1", nullable=False), schema="channels"
    )
    op.drop_index("ix_message_due", table_name="message", schema="channels")
    op.create_index(
        "ix_message_due", "message", ["urgency", "not_before", "id"],
        schema="channels", postgresql_where=sa.text("state = 'ready'"),
    )  # fmt: skip
    _scopes(SCOPES_NOW)
    _grants()
    for kind in KINDS:
        op.execute(
            sa.text("insert into evidence.kind (name) values (:kind) on conflict do nothing").bindparams(kind=kind)
        )
    for word in WORDS:
        op.execute(sa.text("select evidence.learn(:word)").bindparams(word=word))


def downgrade() -> None:
    """Take them away again. Kinds and words of the ledger stay, for records bear them."""
    op.execute(f"revoke insert on duties.duty from {Role.API}")
    op.execute("delete from duties.api_key where 'breaches' = any(scopes)")
    _scopes(SCOPES_BEFORE)
    op.drop_index("ix_message_due", table_name="message", schema="channels")
    op.drop_column("message", "urgency", schema="channels")
    op.create_index(
        "ix_message_due", "message", ["not_before"], schema="channels", postgresql_where=sa.text("state = 'ready'")
    )
    for table in ("step", "report", "decision", "words", "answer", "person", "scope"):
        op.drop_table(f"breach_{table}", schema="duties")
    op.drop_table("breach", schema="duties")
    op.execute("delete from duties.alert using duties.duty where duty.id = alert.duty_id and duty.kind like 'breach%'")
    op.execute("delete from duties.duty where kind like 'breach%'")
    _duties(added=False)


def _duties(*, added: bool) -> None:
    """Say anew which kinds of duty there are: those that there were, with or without these."""
    asked = sa.text("select pg_get_constraintdef(oid) from pg_constraint where conname = 'ck_duty_kind'")
    were = [kind for kind in str(op.get_bind().execute(asked).scalar_one()).split("'")[1::2] if kind not in DUTIES]
    op.drop_constraint("ck_duty_kind", "duty", schema="duties", type_="check")
    listed = ", ".join(f"'{kind}'" for kind in [*were, *(DUTIES if added else ())])
    op.execute(f"alter table duties.duty add constraint ck_duty_kind check (kind in ({listed}))")


def _scopes(scopes: str) -> None:
    op.drop_constraint("ck_api_key_scopes", "api_key", schema="duties", type_="check")
    op.create_check_constraint(op.f("ck_api_key_scopes"), "api_key", f"scopes <@ {scopes}", schema="duties")


def _moment(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _of_breach(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["breach_id"], ["duties.breach.id"], name=op.f(f"fk_{table}_breach_id"))


def _breach() -> None:
    op.create_table(
        "breach",
        sa.Column("id", sa.Uuid(), nullable=False),
        *(_text(name) for name in ("reference", "kind", "means")),
        _text("processor", nullable=True),
        *(_moment(name, nullable=False) for name in ("discovered_at", "known_at", "began_at")),
        _moment("ended_at"),
        sa.Column("systems", postgresql.ARRAY(sa.Text()), nullable=False),
        _text("evidence"),
        sa.Column("rehearsal", sa.Boolean(), nullable=False),
        *(_text(name) for name in ("jurisdiction", "edition")),
        *(_moment(name) for name in ("due_at", "people_due_at")),
        sa.Column("people_duty", sa.Uuid(), nullable=True),
        _text("noted_by"),
        _moment("noted_at", nullable=False),
        _text("run", nullable=True),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in ("estimate", "people", "destroyed_since")),
        sa.Column("notice_hash", sa.LargeBinary(), nullable=True),
        *(
            _moment(f"{stage}_at")
            for stage in ("scoped", "assessed", "reported", "supplemented", "told", "closed")
        ),
        sa.CheckConstraint(
            "kind in ('disclosure', 'unlawful_access', 'destruction', 'damage')", name=op.f("ck_breach_kind")
        ),
        sa.CheckConstraint("means in ('form', 'command_line', 'console', 'api')", name=op.f("ck_breach_means")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach")),
        sa.UniqueConstraint("reference", name=op.f("uq_breach_reference")),
        sa.UniqueConstraint("evidence", "rehearsal", name=op.f("uq_breach_evidence_rehearsal")),
        schema="duties",
    )  # fmt: skip
    op.create_index(
        "ix_breach_open", "breach", ["known_at"], schema="duties", postgresql_where=sa.text("closed_at is null")
    )


def _people() -> None:
    op.create_table(
        "breach_scope",
        sa.Column("breach_id", sa.Uuid(), nullable=False),
        *(_text(name) for name in ("system", "table_name", "category")),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in ("people", "records")),
        _of_breach("breach_scope"),
        sa.PrimaryKeyConstraint("breach_id", "system", "table_name", "category", name=op.f("pk_breach_scope")),
        schema="duties",
    )
    op.create_table(
        "breach_person",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("breach_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("key", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.Text(), server_default="owed", nullable=False),
        sa.Column("tried", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(subject_id is null) <> (key is null)", name=op.f("ck_breach_person_somebody")),
        sa.CheckConstraint(
            "state in ('owed', 'queued', 'told', 'unreachable', 'rehearsed')", name=op.f("ck_breach_person_state")
        ),
        _of_breach("breach_person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach_person")),
        schema="duties",
    )
    for name, columns, where in (
        ("subject", ["breach_id", "subject_id"], "subject_id is not null"),
        ("key", ["breach_id", "key"], "key is not null"),
    ):
        op.create_index(
            f"ix_breach_person_{name}", "breach_person", columns,
            unique=True, schema="duties", postgresql_where=sa.text(where),
        )  # fmt: skip
    op.create_index("ix_breach_person_state", "breach_person", ["breach_id", "state"], schema="duties")
    op.create_index(
        "ix_breach_person_message", "breach_person", ["message_id"],
        schema="duties", postgresql_where=sa.text("message_id is not null"),
    )  # fmt: skip


def _said() -> None:
    op.create_table(
        "breach_answer",
        sa.Column("breach_id", sa.Uuid(), nullable=False),
        _text("question"),
        _moment("answered_at", nullable=False),
        *(_text(name) for name in ("answer", "answered_by")),
        _of_breach("breach_answer"),
        sa.PrimaryKeyConstraint("breach_id", "question", "answered_at", name=op.f("pk_breach_answer")),
        schema="duties",
    )
    op.create_table(
        "breach_words",
        sa.Column("breach_id", sa.Uuid(), nullable=False),
        *(_text(name) for name in ("element", "language")),
        _text("text", nullable=True),
        _text("written_by"),
        _moment("written_at", nullable=False),
        _of_breach("breach_words"),
        sa.PrimaryKeyConstraint("breach_id", "element", "language", name=op.f("pk_breach_words")),
        schema="duties",
    )
    op.create_table(
        "breach_decision",
        sa.Column("breach_id", sa.Uuid(), nullable=False),
        _text("whom"),
        _moment("decided_at", nullable=False),
        _text("verdict"),
        sa.Column("reasons", postgresql.ARRAY(sa.Text()), nullable=False),
        *(_text(name) for name in ("edition", "decided_by")),
        sa.CheckConstraint("whom in ('authority', 'people')", name=op.f("ck_breach_decision_whom")),
        sa.CheckConstraint("verdict in ('notify', 'not_notify')", name=op.f("ck_breach_decision_verdict")),
        _of_breach("breach_decision"),
        sa.PrimaryKeyConstraint("breach_id", "whom", "decided_at", name=op.f("pk_breach_decision")),
        schema="duties",
    )


def _reports() -> None:
    op.create_table(
        "breach_report",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("breach_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        _text("state"),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=True),
        sa.Column("deferred", postgresql.JSONB(), nullable=False),
        sa.Column("delays", postgresql.ARRAY(sa.Text()), nullable=False),
        _text("edition"),
        _moment("drafted_at", nullable=False),
        _moment("approved_at"),
        _text("approved_by", nullable=True),
        _moment("filed_at"),
        *(_text(name, nullable=True) for name in ("filed_by", "authority_reference")),
        sa.CheckConstraint(
            "state in ('drafted', 'approved', 'filed', 'replaced')", name=op.f("ck_breach_report_state")
        ),
        _of_breach("breach_report"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach_report")),
        schema="duties",
    )
    op.create_index("ix_breach_report_breach_id", "breach_report", ["breach_id"], schema="duties")
    op.create_table(
        "breach_step",
        sa.Column("breach_id", sa.Uuid(), nullable=False),
        *(_text(name) for name in ("step", "office")),
        _moment("due_at", nullable=False),
        _moment("done_at"),
        _text("done_by", nullable=True),
        _of_breach("breach_step"),
        sa.PrimaryKeyConstraint("breach_id", "step", name=op.f("pk_breach_step")),
        schema="duties",
    )


def _grants() -> None:
    for table, columns in SHOWN.items():
        grant(op, "select, insert, update", f"duties.{table}", Role.DUTIES)
        grant(op, f"select ({', '.join(columns)})", f"duties.{table}", Role.CONSOLE)
    for table in ("breach_scope", "breach_person"):
        grant(op, "delete", f"duties.{table}", Role.DUTIES)
    for table in ("breach", "breach_scope", "breach_decision", "breach_step"):
        grant(op, "select", f"duties.{table}", Role.AUDITOR)
    grant(op, "select", "duties.breach", Role.RELAY, Role.API)
    grant(op, "select, update (state, tried)", "duties.breach_person", Role.RELAY)
    for table in API_WRITES:
        grant(op, "insert", f"duties.{table}", Role.API)
