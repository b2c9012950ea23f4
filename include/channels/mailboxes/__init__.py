"""Where mail comes back to: a mailbox on an IMAP server, or a Maildir folder on this machine."""

from include.channels.mailboxes.address import SETTING, open_mailbox
from include.channels.mailboxes.model import Letter, Mailbox, MailboxAway

__all__ = ["SETTING", "Letter", "Mailbox", "MailboxAway", "open_mailbox"]
