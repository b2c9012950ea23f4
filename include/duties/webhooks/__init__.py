"""Tell recipients of stops and removals at their own address: signed, by number alone, tried until it is taken."""

from include.duties.webhooks.actions import add_webhook, call_webhooks, signature

__all__ = ["add_webhook", "call_webhooks", "signature"]
