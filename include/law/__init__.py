"""What is promised: policy editions as dated data, the clocks that they start, and who the controller is."""

from include.law.controller import Controller, load_controller
from include.law.now import now
from include.law.strict_yaml import load_strict

__all__ = ["Controller", "load_controller", "load_strict", "now"]
