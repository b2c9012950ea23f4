"""What is promised: policy editions as dated data, the clocks that they start, and who the controller is."""

from include.law.strict_yaml import load_strict

__all__ = ["load_strict"]
