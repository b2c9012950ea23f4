"""The API for campaign tools that we do not control: may this be used, who stopped, who has to be taken out."""

from include.api.app import create_app

__all__ = ["create_app"]
