"""The audit of any day: what was promised, held, due, done and destroyed as it was recorded then, as a signed pack."""
