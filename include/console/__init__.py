"""The operators' console: pages for engineers, the officer and auditors, behind whatever login it is mounted."""

from include.console.app import create_app

__all__ = ["create_app"]
