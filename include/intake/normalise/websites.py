"""Read web addresses: whose domain it is, and whether it is a site of one's own, a profile or a market place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, lru_cache
from urllib.parse import SplitResult, unquote, urlsplit

import idna
import tldextract

from include.intake.normalise.lexicon import HERE, lexicon, words_of
from include.intake.normalise.phone_cells import phone_reading
from include.intake.normalise.phones import Number, compact, read_number
from include.intake.normalise.placeholders import is_placeholder
from include.intake.normalise.reading import Reading
from include.intake.normalise.text import clean, squeeze, visible

__all__ = ["read_websites", "registrable_domain"]

SEPARATOR = re.compile(r"[\r\n\t;|،؛]+|\s+[-–/&]\s+|\s+(?:أو|او|or|and|و)\s+|,\s+|,(?=https?:|www\.)", re.I)
PLAIN = re.compile(r"(?:https?://)?[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+(?:/[^\s;,|،؛]*)?")
ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]*:/{1,3})*[^\s/@]+\.[^\s/@.]{2,}\.?(?::\d+)?(?:[/?#].*)?", re.I)
HOST = re.compile(r"(?!-)[\w-]{1,63}(?<!-)(?:\.(?!-)[\w-]{1,63}(?<!-))+")
PAIR = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
"""A name right below a top-level domain, which somebody registered unless the list of public suffixes has it."""
IP = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
SCHEME = re.compile(r"^(?:[a-z][a-z0-9+.-]*:/+)+", re.I)
# `http;\\`, `http//`, `htp://`: a scheme that slipped while it was typed, and one that stands apart from its host.
SLIPPED_SCHEME = re.compile(r"\bh?t?tps?\s*(?:[:;]\s*[/\\]+|//|:(?=www\.))[ ]*", re.I)
LABEL = re.compile(
    r"(?<![^\W\d_])(?:(?:web\s*-?)?site|web(?:\s*page)?|url|homepage|(?:ال)?موقع(?:\s+(?:ال)?[اإ]لكتروني)?|الويب)"
    r"(?:\s*:\s*|\s+)(?=\S)(?!//)",
    re.I,
)
WRAPPING = "<>()[]{}\"'“”«»,;"
SHORTEST_NUMBER = 7


def read_websites(text: str) -> tuple[Reading, ...]:
    """Read every web address of a cell."""
    given = visible(text)
    cell = given
    if not PLAIN.fullmatch(given):
        cell = LABEL.sub(" ", SLIPPED_SCHEME.sub("http://", given))
    readings = [reading for piece in SEPARATOR.split(cell) for reading in _read_piece(squeeze(piece))]
    return (replace(readings[0], value=given),) if len(readings) == 1 and cell != given else tuple(readings)


@lru_cache(maxsize=1 << 14)
def registrable_domain(host: str) -> str | None:
    """Give the part of a host that somebody registered, in Unicode and lower case; None for what is no host name.

    The list of public suffixes is the one inside the library: nothing is fetched. A suffix that it does not know counts
    as a public one, as its own default rule says.
    """
    host = _unicode(host.strip(".").casefold())
    if PAIR.fullmatch(host) and host not in rules() and f"*.{host.partition('.')[2]}" not in rules():
        return host
    if not HOST.fullmatch(host) or IP.fullmatch(host):
        return None
    found = suffixes()(host)
    if found.domain and found.suffix:
        return f"{found.domain}.{found.suffix}"
    return None if found.suffix else ".".join(host.split(".")[-2:])


def _read_piece(piece: str) -> Iterator[Reading]:
    if is_placeholder(piece):
        return
    tokens = [token.strip(WRAPPING) for token in clean(piece).split()]
    found = [token for token in tokens if ADDRESS.fullmatch(token)]
    mailboxes = [token for token in tokens if "@" in token and token not in found] if found else []
    if not found:
        yield Reading("website", piece, None, unparsed="not_a_website")
        return
    words = " ".join(token for token in tokens if token not in found and token not in mailboxes)
    numbered = sum(map(str.isdecimal, words)) >= SHORTEST_NUMBER
    beside = words if len(found) == 1 and not numbered else ""
    for token in found:
        yield _site(piece if len(tokens) == 1 else token, token, beside)
    for other in (*mailboxes, *([words] if numbered else ())):
        yield Reading("website", other, None, unparsed="not_a_website")


def _site(value: str, token: str, words: str) -> Reading:
    try:
        parts = urlsplit("https://" + SCHEME.sub("", token))
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return Reading("website", value, None, unparsed="not_a_website")
    domain = registrable_domain(host)
    if domain is None:
        return Reading("website", value, None, unparsed="not_a_website")
    site = sites().get(host) or sites().get(domain)
    if site == "messaging":
        number = read_number(compact("+" + re.sub(r"\D", "", parts.path + parts.query)[:15]), None)
        if isinstance(number, Number):
            reading = phone_reading(value, number, words=words)
            return Reading(
                "phone", value, number.e164, number.type, reading.traits | {"messaging"}, None, number.country
            )
    traits, detail = _traits(site, domain, parts)
    return Reading("website", value, domain, traits=traits, detail=detail, beside=words or None)


def _traits(site: str | None, domain: str, parts: SplitResult) -> tuple[frozenset[str], str | None]:
    if site is None:
        return frozenset({"own_site"}), None
    path = [step for step in unquote(parts.path).strip("/").casefold().split("/") if step]
    table = lexicon(HERE / "sites.yml")
    traits = {site}
    first = path[0] if path else ""
    if first in words_of(table["personal_paths"].get(domain, "")):
        traits.add("personal_profile")
    elif first in words_of(table["company_paths"].get(domain, "")):
        traits.add("company_page")
    handle = path[1:] if len(path) > 1 and traits & {"personal_profile", "company_page"} else path
    query = f"?{parts.query.casefold()}" if parts.query and first in ("profile.php", "maps") else ""
    detail = "/".join(handle).lstrip("@") + query
    return frozenset(traits), detail or None


def _unicode(host: str) -> str:
    if "xn--" not in host:
        return host
    try:
        return str(idna.decode(host))
    except idna.IDNAError:
        return host


@cache
def suffixes() -> tldextract.TLDExtract:
    """Give the reader of public suffixes: the list in the library, no network, nothing written to disk."""
    hosts = words_of(lexicon(HERE / "sites.yml")["builders"])
    return tldextract.TLDExtract(
        cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True, extra_suffixes=hosts
    )


@cache
def rules() -> frozenset[str]:
    """Give the rules of the list of public suffixes."""
    return frozenset(suffixes().tlds)


@cache
def sites() -> dict[str, str]:
    """Give what kind of shared site a host is: social_profile, marketplace, listing, short_link, messaging."""
    table = lexicon(HERE / "sites.yml")["shared"]
    return {host: kind for kind, hosts in table.items() for host in words_of(hosts)}
