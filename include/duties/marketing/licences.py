"""Which licences for electronic marketing the controller holds."""

from __future__ import annotations

from include.law import Controller

__all__ = ["licences"]


def licences(controller: Controller) -> frozenset[str]:
    """Return the jurisdictions for which the profile names a licence (EG: Law 151, Art. 17, 18)."""
    return frozenset(jurisdiction for jurisdiction, number in controller.marketing_licences.items() if number)
