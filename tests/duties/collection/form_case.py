"""One map with a form, one profile, and the notice that comes of them."""

from __future__ import annotations

import copy
from typing import Any

from notice_case import PROFILE, edition
from notice_case import controller as sample

from include.duties.collection import CollectionNotice, notice_of
from include.law import Controller
from include.systems import Column, Edge, EdgeKind, End, System, Table
from include.systems.model import Form, RetentionRule

__all__ = ["COLUMNS", "FORM", "PROFILE", "PURPOSES", "controller", "notice", "system"]

ACCOUNT = {"trigger": "subscription_end", "column": "ended_at", "article": "policy 4", "then": "archive"}
RULES: dict[str, Any] = {
    "account": ACCOUNT
    | {"minimum": {"figure": "retention.backup_min_months"}, "maximum": {"figure": "retention.backup_max_months"}},
    "books": {
        "trigger": "fixed_age",
        "column": "made_at",
        "minimum": {"years": 6},
        "statute": True,
        "columns": ["address"],
        "article": "VAT IR 66",
    },
}
COLUMNS: dict[str, Any] = {
    "email": {"categories": ("user.contact.email",), "mandatory": True, "identity": "email"},
    "phone": {"categories": ("user.contact.phone_number",), "mandatory": False, "purposes": ("news",)},
    "size": {"categories": ("system.operations",), "mandatory": False},
}
FORM: dict[str, Any] = {
    "title": {"ar": "إنشاء حساب", "en": "Create an account"},
    "fields": ("account.email", "account.phone", "account.size", "invoice.address"),
    "labels": {"account.size": {"ar": "حجم الشركة", "en": "Size of the company"}},
}
PURPOSES: dict[str, Any] = {
    "service": {
        "ar": "إدارة حسابك وتقديم الخدمة",
        "en": "keeping your account and giving the service",
        "basis": "contract",
        "legal_basis": {"ar": "تنفيذ اتفاق أنت طرف فيه، المادة 6", "en": "a contract with you, Article 6"},
    },
    "news": {
        "ar": "إخبارك بجديد الخدمة",
        "en": "telling you what is new",
        "basis": "consent",
        "legal_basis": {"ar": "موافقتك، المادة 5", "en": "your consent, Article 5"},
    },
}


def system(
    columns: dict[str, Any] | None = None,
    form: dict[str, Any] | None = None,
    rules: dict[str, Any] | None = None,
    account: dict[str, Any] | None = None,
) -> System:
    """The map, with changes to columns, to the form, to the rules, or to the table of accounts."""
    said = {name: {"purposes": ("service",)} | given for name, given in copy.deepcopy(COLUMNS).items()}
    for name, changes in (columns or {}).items():
        said[name] |= changes
    mapped = tuple(Column(name=name, **given) for name, given in said.items())
    address = Column(
        name="address", categories=("user.contact.address",), mandatory=True, purposes=("service",), basis="contract"
    )
    given: dict[str, Any] = {"retention": "account", "subject": True} | (account or {})
    return System(
        key="shop",
        tables=(
            Table(name="account", key=("id",), columns=(Column(name="id"), Column(name="ended_at"), *mapped), **given),
            Table(
                name="invoice",
                key=("id",),
                columns=(Column(name="id"), Column(name="account_id"), Column(name="made_at"), address),
                retention="books",
            ),
        ),
        edges=(
            Edge(
                holder=End(table="account", columns=("id",)),
                target=End(table="invoice", columns=("account_id",)),
                kind=EdgeKind.OWNED,
            ),
        ),
        rules={name: RetentionRule.model_validate(rule) for name, rule in (RULES | (rules or {})).items()},
        forms={"signup": Form.model_validate(FORM | (form or {}))},
    )


def controller(*without: str, **changes: Any) -> Controller:
    """The profile with purposes of its own forms, without some fields and with changes."""
    return sample(*without, **({"purposes": PURPOSES} | changes))


def notice(of: System | None = None, by: Controller | None = None, **given: Any) -> CollectionNotice:
    """The notice of the sign-up form."""
    return notice_of(by or controller(), edition(), of or system(), "signup", **given)
