"""Copies of our store: made, kept for a time, and restored without anybody who was destroyed since."""
