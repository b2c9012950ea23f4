"""The purpose lock: for what rows and files of systems of record may be used, and who listened to a recording."""

from include.duties.purposes.announcing import flag_unannounced
from include.duties.purposes.gate import may_use, may_use_row
from include.duties.purposes.model import Reason, RowVerdict, Verdict
from include.duties.purposes.recordings import Denied, read_recording

__all__ = [
    "Denied",
    "Reason",
    "RowVerdict",
    "Verdict",
    "flag_unannounced",
    "may_use",
    "may_use_row",
    "read_recording",
]
