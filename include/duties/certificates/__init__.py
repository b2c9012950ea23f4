"""Certificates of destruction: what went, when, why, how, and what proves it; signed, and free of personal data."""

from include.duties.certificates.actions import certify, certify_verified, verify_certificate

__all__ = ["certify", "certify_verified", "verify_certificate"]
