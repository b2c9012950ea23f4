"""Domains of a column are told as each alone."""

from __future__ import annotations

import polars as pl

from include.intake.normalise.domain_columns import domain_labels, sites_of
from include.intake.normalise.mailboxes import domain_label
from include.intake.normalise.websites import registrable_domain

DOMAINS = (
    *("firm.example", "mail.firm.example", "firm.com.sa", "com.sa", "firm.co.uk", "firm.bd", "a.firm.bd", "sa"),
    *("firm-one.example", "الأفق.example", "xn--mgbh0fb.example", "firm.wixsite.com", "x.github.io", "1.2.3.4", "-a.b"),
)


def test_a_column_of_domains_has_the_sites_of_each() -> None:
    assert sites_of(pl.Series(DOMAINS)).to_list() == [registrable_domain(one) or one for one in DOMAINS]
    assert sites_of(pl.Series(["firm.example"])).to_list() == ["firm.example"]


def test_a_column_of_domains_has_the_labels_of_each() -> None:
    told = pl.DataFrame({"domain": DOMAINS}).select(domain_labels("domain")).to_series()
    assert told.to_list() == [domain_label(one) for one in DOMAINS]
