"""The search for planted values finds them in every dress: a search that cannot fail would prove nothing."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import pickle
import quopri
from urllib.parse import quote, quote_plus

import pytest
from canaries import NATIONAL_ID, arabic, hidden_in, landline, latin, mobile

MAILBOX = f"{latin('mail', 3)}@people.example"
ROW = {"name": f"سعد {arabic(3)}", "contact": f"Saad {latin('name', 3).title()}", "email": MAILBOX}

DRESSES = {
    "as it is": ROW["name"].encode(),
    "Latin letters": ROW["contact"].encode(),
    "capitals": ROW["contact"].upper().encode(),
    "windows-1256": ROW["name"].encode("windows-1256"),
    "iso-8859-6": ROW["name"].encode("iso-8859-6"),
    "utf-16": ROW["name"].encode("utf-16"),
    "utf-16 big-endian": ROW["contact"].encode("utf-16-be"),
    "JSON": json.dumps({"name": ROW["name"]}).encode(),
    "JSON in JSON": json.dumps(json.dumps(json.dumps({"name": ROW["name"]}))).encode(),
    "a copied table": json.dumps({"name": ROW["name"]}).replace("\\", "\\\\").encode(),
    "Python's ascii()": ascii(ROW).encode(),
    "Python's bytes": repr(ROW["name"].encode()).encode(),
    "an exception of PostgreSQL's": f"Key (email)=({MAILBOX}) already exists.".encode(),
    "bytea": b"\\x" + ROW["name"].encode().hex().encode(),
    "an address": quote(ROW["name"]).encode(),
    "a form": quote_plus(ROW["name"]).encode(),
    "an address in an address": quote(quote(ROW["name"])).encode(),
    "HTML": html.escape(ROW["contact"]).encode(),
    "HTML numbers": ROW["name"].encode("ascii", "xmlcharrefreplace"),
    "HTML hexadecimals": "".join(f"&#x{ord(letter):04X};" for letter in ROW["name"]).encode(),
    "HTML numbers in HTML": html.escape(ROW["name"].encode("ascii", "xmlcharrefreplace").decode()).encode(),
    "quoted-printable": quopri.encodestring(f"Dear reader, this is for {ROW['name']} from us all".encode()),
    "UTF-7": ROW["name"].encode("utf-7"),
    "octal escapes": "".join(f"\\{octet:03o}" for octet in ROW["name"].encode()).encode(),
    "a pickle": pickle.dumps(ROW),
    "hexadecimal with spaces": ROW["name"].encode().hex(" ").encode(),
    "local number": mobile(3).encode(),
    "international number": f"+966{mobile(3)[1:]}".encode(),
    "number with 00": f"00966{mobile(3)[1:]}".encode(),
    "spaced number": b"+966 50 000 0024",
    "tel: link": b"tel:+966-50-000-0024",
    "number with a zero in brackets": b"+966 (0)50-000-0024",
    "numbers without anything between": mobile(3).encode() * 3,
    "landline": f"+966{landline(3)[1:].replace(' ', '')}".encode(),
    "spaced landline": landline(3).encode(),
    "Arabic-Indic digits": "٠٥٠٠٠٠٠٠٢٤".encode(),
    "Persian digits, escaped": json.dumps("۰۵۰ ۰۰۰ ۰۰۲۴").encode(),
    "identity number": NATIONAL_ID.encode(),
    "identity number, grouped": b"1000-0000-08",
    "number in utf-16": mobile(3).encode("utf-16-le"),
    "number in hexadecimal": mobile(3).encode().hex().encode(),
}


@pytest.mark.parametrize("dress", DRESSES)
def test_a_planted_value_is_found_in_the_dress_of(dress: str) -> None:
    assert hidden_in(b"2026-03-01 09:00 [info] " + DRESSES[dress] + b" and more")


@pytest.mark.parametrize("value", [ROW["name"], ROW["contact"], MAILBOX, mobile(3), f"+966{mobile(3)[1:]}"])
@pytest.mark.parametrize("before", ["", "a", "ab", "abc"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode, base64.encodebytes])
def test_a_planted_value_is_found_in_base64_wherever_it_begins(value: str, before: str, encode: object) -> None:
    assert callable(encode)
    assert hidden_in(encode(f"{before * 19}{value} {before}".encode()))


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256"])
def test_a_hash_without_a_key_is_found(algorithm: str) -> None:
    digest = hashlib.new(algorithm, MAILBOX.encode())
    for dress in (digest.digest(), digest.hexdigest().encode(), base64.b64encode(digest.digest())):
        assert hidden_in(b"key: " + dress, [MAILBOX]) == {f"bare {algorithm}"}


@pytest.mark.parametrize(
    "harmless",
    [
        "2026-02-05 00:00:00.37 and 5.00.000",
        '{"received": 50000002, "rows": [5, 0, 0, 0, 0, 0, 0, 2, 4]}',
        "+966 11 000 0000, +966 11 000 0001, registration 1010000000",
        "قنفل طير, qanvel tir",
        "duration=2.3221330110000054, 0.500000024, 1.10000000080",
    ],
)
def test_what_was_not_planted_is_not_found(harmless: str) -> None:
    assert not hidden_in(harmless.encode(), [MAILBOX])
