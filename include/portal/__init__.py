"""The pages for the people concerned: a small application of its own, which the database lets do this and no more."""

from include.portal.app import create_app

__all__ = ["create_app"]
