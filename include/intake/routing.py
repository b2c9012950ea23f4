"""From a class to what may be done with it: permissions and duties of the edition in force (promise 5)."""

from __future__ import annotations

from include.intake.classification import Klass
from include.law import Edition

__all__ = ["permissions"]


def permissions(edition: Edition) -> dict[str, str]:
    """Say for each class what its points may be used for: `business_use`, or `blocked` for all but the duties."""
    return {str(klass): edition.routing.of(str(klass)).value.permission for klass in Klass}
