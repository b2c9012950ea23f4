"""Our own store, files, logs and evidence as one more system of record: what is kept where, why, and until when."""

from include.duties.own_system.deriving import own_system
from include.duties.own_system.keeping import keep_house
from include.duties.own_system.model import BY_COMMAND, BY_STEP, Places, places
from include.duties.own_system.ruling import open_questions
from include.duties.own_system.writing import manifest_of

__all__ = ["BY_COMMAND", "BY_STEP", "Places", "keep_house", "manifest_of", "open_questions", "own_system", "places"]
