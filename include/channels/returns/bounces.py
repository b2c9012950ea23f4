"""Which mail is a bounce, and what the server that gave up said of each recipient."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from include.channels.returns.model import About, Reason
from include.channels.returns.parts import Fields, Mail
from include.channels.returns.reasons import UNCLEAR, reason_by_phrase, reason_by_status

__all__ = ["Verdict", "verdict_of"]

DAEMONS = re.compile(
    r"mailer-?daemon|post_?master|mail delivery (sub)?system|(mail|system) administrator", re.IGNORECASE
)
NO_REPLY = re.compile(r"no-?reply", re.IGNORECASE)
NOTIFICATION = "bouncedRecipients"
"""What a large provider's notifications, which are JSON, hold for a bounce."""
SUBJECTS = re.compile(
    r"undeliver|nondeliverable|non[- ]?delivery|returned mail|failure notice|returning (message|mail)"
    r"|delivery (status|failure|has failed|report|notification)|mail(er)?[- ](delivery|error|system)"
    r"|(delivery|mail|message|e-?mail) .{0,30}(fail|could not|not be|delay|problem|return)"
    r"|could not (be )?deliver|warning: .{0,40}(delay|could not)"
    r"|تعذ[ّ]?ر تسليم|فشل (في )?(تسليم|التسليم)|لم يتم تسليم",
    re.IGNORECASE,
)
CUT = re.compile(
    r"^\W{0,12}(?:original message|the header of the original|message headers? follow|original message follow"
    r"|below this line is a copy|this is a copy of|included is a copy|the original message (?:follows|was)"
    r"|undelivered message|copy of (?:the |your )?(?:original )?message|returned message|headers? of (?:the )?original"
    r"|message header|unsent message|forwarded message follows).*$"
    r"|^(?:return-path|received|x-received): .*$",
    re.IGNORECASE | re.MULTILINE,
)
"""Where the report ends and the mail that it returns begins."""
REPORTED = re.compile(
    r"^[> \t]*(final-recipient|original-recipient|action|status|diagnostic-code)\s*:\s*(.{0,900})$",
    re.IGNORECASE | re.MULTILINE,
)
STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,2}\.\d{1,3})(?![\d.])")
CONCLUDED = re.compile(r"[45]\d\d (\d\.\d\.\d )?<[^>]+>\.\.\. ")
"""How sendmail sums up what became of a recipient."""
ADDRESSED = re.compile(r"\s*<?([^\s<>@]+@[^\s<>@:]+)>?:?\s*(?:$|[45]\d\d[\s-])")
"""A line that is an address, or begins with one and a refusal."""
ADDRESS = re.compile(r"<?[^\s<>\"'():;,]{1,200}@[^\s<>\"'():;,]{1,200}>?")
LINK = re.compile(r"https?://\S+")
REFUSED_BEFORE = re.compile(
    r"(after|in reply to|response to) (initial connection|helo|ehlo|mail from|mail\b)"
    r"|but (my name|sender) was rejected|>>> ?(mail|helo|ehlo)[^\n]*\n\s*<<< ?5",
    re.IGNORECASE,
)
"""The server refused whoever sends before it heard for whom the mail was."""
UNWELCOME = Reason("sender_blocked", About.SENDER)
NOT_THE_ADDRESS = ("5.7.", "5.0.")
"""A server that writes of an unknown user under a status of policy, or of nothing, may be hiding one that it has."""
REFUSED_AFTER_DATA = re.compile(
    r">>> ?(data|\.)\s|end of (mail )?data|smtp command\W+data\b|after data|text command|final data", re.IGNORECASE
)
"""The server had taken the recipient when it refused: then it is hardly the address that it refuses."""
FILTERED = Reason("filtered", About.MESSAGE)
DELAYED = re.compile(
    r"warning message only|has been delayed|will be retried|do not need to resend|not yet been delivered|still being"
    r"|delivery is delayed",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a bounce says: a reason for each recipient, and whether the mail is still on its way."""

    reasons: tuple[Reason, ...]
    delayed: bool


@dataclass(frozen=True, slots=True)
class _Statement:
    """What was said of one recipient."""

    action: str = ""
    status: str = ""
    said: str = field(default="", repr=False)
    """The words of the server that refused."""
    remark: str = field(default="", repr=False)
    """Those of the server that reports."""


def verdict_of(mail: Mail) -> Verdict | None:
    """Say what a bounce means; None where a mail is none."""
    text = "\n".join(_report(text) for text in mail.texts)
    statements = list(_statements(mail.statuses))
    if not statements:
        if not _looks_returned(mail, text):
            return None
        statements = list(_written(text)) or list(_transcribed(text))
    reasons = tuple(_reason(each, text, alone=len(statements) == 1) for each in statements) or (
        _reason(_Statement(), text, alone=True),
    )
    delayed = (
        all(each.action.startswith("delayed") for each in statements) if statements else bool(DELAYED.search(text))
    )
    return Verdict(reasons, delayed)


def _looks_returned(mail: Mail, text: str) -> bool:
    """Say whether a mail without a machine's report is one that came back."""
    if "x-failed-recipients" in mail.head:
        return True
    sender, subject = mail.head.get("from", "").strip(), mail.head.get("subject", "")
    to_nobody = mail.head.get("return-path", "").strip() == "<>" or sender in ("", "<>")
    about_failure, told = bool(SUBJECTS.search(subject)), bool(reason_by_phrase(_clean(text)))
    if to_nobody or DAEMONS.search(sender):
        return about_failure or told
    if told and NO_REPLY.search(sender):
        return bool(mail.returned) or NOTIFICATION in text
    return about_failure and bool(mail.returned)


def _report(text: str) -> str:
    """Return what a report says before the mail that it returns begins."""
    text = text.replace("\r\n", "\n")
    found = next((each for each in CUT.finditer(text) if text[: each.start()].strip()), None)
    return text[: found.start()] if found else text


def _statements(blocks: tuple[Fields, ...]) -> Iterator[_Statement]:
    for block in blocks:
        if block.keys() & {"final-recipient", "original-recipient", "action", "diagnostic-code"}:
            yield _statement(block)


def _written(text: str) -> Iterator[_Statement]:
    """Find the fields of a report where they stand in a text, quoted or not."""
    block: Fields = {}
    for found in REPORTED.finditer(text):
        name = found[1].lower()
        if name in block and name != "original-recipient":
            yield _statement(block)
            block = {}
        block[name] = found[2]
    if block.keys() & {"status", "diagnostic-code"}:
        yield _statement(block)


def _transcribed(text: str) -> Iterator[_Statement]:
    """Find what is said of each recipient where a text goes through several; one alone is spoken of by all of it."""
    several = next((found for found in (_summed(text), _addressed(text)) if len(found) > 1), [])
    yield from (_Statement(said="\n".join(lines)) for lines in several)


def _summed(text: str) -> list[list[str]]:
    """Split a transcript of sendmail's after each line that sums up; a command begins anew."""
    found, current = list[list[str]](), list[str]()
    for line in text.splitlines():
        current = [line] if line.startswith(">>>") else [*current, line]
        if CONCLUDED.match(line):
            found.append(current)
            current = []
    return found


def _addressed(text: str) -> list[list[str]]:
    """Split a text before each address; what is said of one in two places is put together."""
    found, current = dict[str, list[str]](), list[str]()
    for line in text.splitlines():
        if (address := ADDRESSED.match(line)) is not None:
            current = found.setdefault(address[1].lower(), [])
        current.append(line)
    return list(found.values())


def _statement(block: Fields) -> _Statement:
    status = STATUS.search(block.get("status", ""))
    said, remark = block.get("diagnostic-code", ""), block.get("status", "").partition("(")[2]
    return _Statement(block.get("action", "").strip().lower(), status[1] if status else "", said, remark)


def _clean(said: str) -> str:
    """Take out the words of addresses and links: they are not the server's."""
    return ADDRESS.sub("<>", LINK.sub(" ", said))


def _reason(statement: _Statement, text: str, *, alone: bool) -> Reason:
    """Weigh what was said: the words about this recipient, then the words around them, then the codes.

    A report that itself calls the failure transient (4.x.x) gives nobody up, whatever words it chose.
    """
    around = _clean(text) if alone else ""
    spoken = (_clean(statement.said), statement.remark, around)
    words = next((found for said in spoken if (found := reason_by_phrase(said))), None)
    codes = [*STATUS.findall(statement.said), *filter(None, [statement.status]), *STATUS.findall(around)]
    told = words or next((found for code in codes if (found := reason_by_status(code))), None) or UNCLEAR
    of_address = [code for code in codes if code.startswith("5.1.")]
    if told.code == "account_suspended" and "5.1.1" in of_address:
        return reason_by_status("5.1.1") or told
    here = text if alone else statement.said
    if told.gone and REFUSED_BEFORE.search(here):
        return UNWELCOME
    if told.gone and statement.status.startswith("4."):
        return Reason(told.code, About.ROUTE)
    if told.gone and (own := STATUS.findall(statement.said)) and all(code.startswith(NOT_THE_ADDRESS) for code in own):
        return FILTERED
    if told.code == "user_unknown" and not of_address and REFUSED_AFTER_DATA.search(here):
        return FILTERED
    return told
