"""From raw bytes to minimised, suppression-filtered rows that only Amanah can read."""
