"""What comes back: mails that arrive, what each is, and which of our messages it answers."""

from include.channels.returns.matching import House
from include.channels.returns.model import About, Reason, Return, ReturnKind
from include.channels.returns.reading import read_return

__all__ = ["About", "House", "Reason", "Return", "ReturnKind", "read_return"]
