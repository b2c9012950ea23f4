"""Destruction: planned with exact targets and a hash, allowed, done everywhere, and looked at again afterwards."""
