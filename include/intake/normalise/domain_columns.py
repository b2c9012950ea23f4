"""Say of many hosts whose domain they are: names right below a top-level domain at once, each other one alone."""

from __future__ import annotations

import polars as pl

from include.intake.normalise.websites import PAIR, registrable_domain

__all__ = ["domain_labels", "sites_of"]


def sites_of(domains: pl.Series) -> pl.Series:
    """Give the part of each domain that somebody registered, as `registrable_domain` does; else the domain itself.

    A name right below a top-level domain is either registered or a public suffix: itself in both cases.
    """
    plain = domains.str.contains(f"^(?:{PAIR.pattern})$") & ~domains.str.contains("xn--", literal=True)
    if plain.all():
        return domains
    others = domains.filter(~plain).unique()
    sites = [registrable_domain(domain) or domain for domain in others]
    return domains.zip_with(plain, domains.replace(others, pl.Series(sites, dtype=pl.String)))


def domain_labels(column: str) -> pl.Expr:
    """Give `domain_label` of each domain of a column."""
    return pl.col(column).str.extract(r"^([^.]*)").str.replace_all("-", "", literal=True)
