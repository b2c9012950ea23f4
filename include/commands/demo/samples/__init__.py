"""Four invented directories, as messy as real ones, always the same for a seed."""

from include.commands.demo.samples.writing import opted_out, write_samples

__all__ = ["opted_out", "write_samples"]
