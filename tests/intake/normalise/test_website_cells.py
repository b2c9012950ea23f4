"""Cells of web addresses."""

from __future__ import annotations

import pytest

from include.intake.normalise import contact_key_text, read_cell


@pytest.mark.parametrize(
    ("cell", "domain"),
    [
        ("example.com", "example.com"),
        ("WWW.Example.COM", "example.com"),
        ("https://www.example.com/ar?x=1", "example.com"),
        ("http:/example.com/", "example.com"),
        ("shop.example.com.sa:8080", "example.com.sa"),
        ("www.shop.test", "shop.test"),
        ("https://شركة.السعودية/", "شركة.السعودية"),
        ("xn--mgbh0fb.example", "مثال.example"),
        ("shop-1.business.site", "shop-1.business.site"),
        ("(example.org)", "example.org"),
    ],
)
def test_a_site_is_known_by_the_domain_that_was_registered(cell: str, domain: str) -> None:
    (reading,) = read_cell("website", cell, "SA")
    assert (reading.normalised, reading.traits) == (domain, {"own_site"})


def test_several_sites_in_a_cell_are_all_read() -> None:
    readings = read_cell("website", "example.com, www.example.org\nexample.net", "SA")
    assert [reading.normalised for reading in readings] == ["example.com", "example.org", "example.net"]


@pytest.mark.parametrize(
    ("cell", "domain", "traits", "handle"),
    [
        ("https://www.instagram.com/sample.shop/?hl=en", "instagram.com", {"social_profile"}, "sample.shop"),
        ("instagram.com/@sample.shop", "instagram.com", {"social_profile"}, "sample.shop"),
        ("https://www.linkedin.com/in/sample", "linkedin.com", {"social_profile", "personal_profile"}, "sample"),
        ("linkedin.com/company/sample", "linkedin.com", {"social_profile", "company_page"}, "sample"),
        ("https://salla.sa/sample", "salla.sa", {"marketplace"}, "sample"),
        ("https://maps.app.goo.gl/AbC", "goo.gl", {"listing"}, "abc"),
        ("bit.ly/Sample", "bit.ly", {"short_link"}, "sample"),
    ],
)
def test_a_page_on_a_shared_site_is_not_a_site_of_ones_own(
    cell: str, domain: str, traits: set[str], handle: str
) -> None:
    (reading,) = read_cell("website", cell, "SA")
    assert (reading.normalised, reading.traits, reading.detail) == (domain, traits, handle)


def test_two_profiles_on_one_platform_are_two_contact_points() -> None:
    first, second = read_cell("website", "instagram.com/sample_one, instagram.com/sample_two", "SA")
    assert contact_key_text(first) != contact_key_text(second)


def test_a_messaging_link_is_the_number_in_it() -> None:
    (reading,) = read_cell("website", "https://wa.me/966500000011", "SA")
    assert (reading.kind, reading.normalised, reading.number_type) == ("phone", "+966500000011", "mobile")


@pytest.mark.parametrize("cell", ["حي الورود", "example", "sample_shop", "http://10.0.0.1/"])
def test_what_is_no_site_is_kept_with_its_reason(cell: str) -> None:
    (reading,) = read_cell("website", cell, "SA")
    assert (reading.value, reading.normalised, reading.unparsed) == (cell, None, "not_a_website")
