"""Who the controller is and what it says about itself: the part of a notice that no code can know.

The profile is a YAML file. Any element may be missing, for it is the completeness gate before sending that names what a
notice still lacks; but what is written is read strictly.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from include.errors import NeverRetry
from include.law.strict_yaml import load_strict
from include.law.wording import Given, Wording

__all__ = [
    "Contacts",
    "Controller",
    "Officer",
    "Party",
    "PrivacyChannel",
    "Purpose",
    "Sender",
    "Transfers",
    "load_controller",
]


def _address(value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"[^@\s<>]+@[^@\s<>.]+(\.[^@\s<>.]+)+", value):
        raise ValueError("is not an e-mail address such as privacy@example.com")
    return value


def _link(value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"https?://[^\s<>\"']+", value):
        raise ValueError("is not a web address that starts with https:// or http://")
    return value


def _blank_is_absent(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


MailAddress = Annotated[str | None, BeforeValidator(_blank_is_absent), AfterValidator(_address)]
WebAddress = Annotated[str | None, BeforeValidator(_blank_is_absent), AfterValidator(_link)]


def _secure(value: str | None) -> str | None:
    if value is not None and not re.match(r"https://|http://(localhost|127\.0\.0\.1)(:\d+)?(/|$)", value):
        raise ValueError("must start with https://, for links in messages carry a token (RFC 8058 3.1)")
    return value.rstrip("/") if value else value


SecureAddress = Annotated[str | None, BeforeValidator(_blank_is_absent), AfterValidator(_link), AfterValidator(_secure)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, defer_build=True)


class Contacts(_Part):
    """How the controller is reached (IR 4(1)(a))."""

    address: Wording | None = None
    """The postal address."""
    phone: Given = None
    """A telephone number, as a reader should see it."""
    email: MailAddress = None
    """The general mailbox."""


class PrivacyChannel(_Part):
    """Where a person writes about their personal data (IR 4(1)(a), 10)."""

    email: MailAddress = None
    """The mailbox for questions and requests about personal data; also the way to stop (IR 4(1)(f))."""
    url: WebAddress = None
    """A page for the same, if there is one."""
    phone: Given = None
    """A number for the same, if there is one."""


class Officer(_Part):
    """The data protection officer, if one is appointed (IR 4(1)(b), 32)."""

    appointed: bool = True
    """False says plainly that none is appointed, which the law allows outside IR 32(1)."""
    name: Given = Field(default=None, repr=False)
    """The officer's name, or the name of the office."""
    email: MailAddress = Field(default=None, repr=False)
    """The officer's mailbox."""
    phone: Given = Field(default=None, repr=False)
    """The officer's number."""


class Purpose(Wording):
    """One specific, clear and explicit purpose in words, with its legal basis (IR 4(1)(c))."""

    basis: Given = None
    """The code of the case of Law 10 that the purpose rests on, such as `public_source` or `legitimate_interest`."""
    legal_basis: Wording | None = None
    """The legal basis in words that a reader understands, with its article."""


class Party(Wording):
    """Someone to whom data is disclosed, by name or by category (Law 13(4))."""

    capacity: Wording | None = None
    """In what capacity they receive it: processor, partner, authority."""


class Transfers(Wording):
    """Whether data leaves the country, and the words that say so (Law 13(4), 29)."""

    outside: bool
    """True where data is transferred, disclosed or processed outside the country."""


class Sender(_Part):
    """Who a message says that it is from (IR 28(3)(a), 29(2))."""

    address: MailAddress = None
    """The From address of e-mail."""
    name: Wording | None = None
    """The name shown beside it."""
    reply_to: MailAddress = None
    """Where replies go; the privacy channel's mailbox where this is missing."""
    returns: MailAddress = None
    """The mailbox that undeliverable mail comes back to. It has to take `name+anything@` too (RFC 5233)."""
    sms: Given = None
    """The registered sender name of text messages."""


class Controller(_Part):
    """The controller's profile. What is None has not been given yet."""

    legal_name: Wording | None = None
    """The registered legal name (الاسم النظامي), not the brand (IR 4(1)(a))."""
    registration: Given = None
    """The commercial registration number."""
    contacts: Contacts | None = None
    """Address, telephone and mailbox (IR 4(1)(a))."""
    privacy_channel: PrivacyChannel | None = None
    """Where to write about personal data (IR 4(1)(a))."""
    dpo: Officer | None = None
    """The data protection officer, or that there is none (IR 4(1)(b))."""
    purposes: dict[str, Purpose] = {}
    """Purpose code, as contracts name it, to the purpose in words and its legal basis (IR 4(1)(c))."""
    retention: Wording | None = None
    """How long data is kept, or by which criteria (IR 4(1)(d))."""
    rights: Wording | None = None
    """How to use each right, where it is more than writing to the privacy channel (IR 4(1)(e))."""
    withdrawal: Wording | None = None
    """How to withdraw or stop, where it is more than writing to the privacy channel (IR 4(1)(f))."""
    obligation: Wording | None = None
    """Whether giving the data is mandatory or optional, and what follows from not giving it (IR 4(1)(g), Law 13)."""
    recipients: tuple[Party, ...] | None = None
    """Who receives the data; an empty list says nobody does, None says that nothing was stated (Law 13(4))."""
    transfers: Transfers | None = None
    """Whether data leaves the country (Law 13(4))."""
    automated_decisions: Wording | None = None
    """Whether decisions are fully automated and how people are protected (IR 4(5))."""
    policy: WebAddress = None
    """Where the published privacy policy stands (Law 12)."""
    sender: Sender | None = None
    """Who messages are from."""
    marketing_licences: dict[str, Given] = {}
    """Jurisdiction to the number of its licence for electronic marketing, where its law wants one (EG)."""
    breach_platform: Given = None
    """The reference of our registration on the authority's platform for breaches (SA: breach guide, stage one)."""
    portal: SecureAddress = None
    """Base address of the pages where people see, stop, correct and object; links in messages begin with it."""


def load_controller(path: Path | None = None) -> Controller:
    """Read the controller's profile from the path, else from the file that AMANAH_CONTROLLER names.

    Raises `NeverRetry` where neither is given, and `BrokenYaml` (a `NeverRetry`) with line and field where the file
    can't be read.
    """
    named = os.environ.get("AMANAH_CONTROLLER")
    if path is None and not named:
        raise NeverRetry("AMANAH_CONTROLLER is not set; let it name the YAML file of the controller's profile")
    return load_strict(path or Path(str(named)), Controller)
