"""Certificates of destruction: what went, when, why, how, and what proves it; signed, and free of personal data."""

from include.duties.certificates.actions import certificate_of, certify, certify_verified, verify_certificate
from include.duties.certificates.page import rows

__all__ = ["certificate_of", "certify", "certify_verified", "rows", "verify_certificate"]
