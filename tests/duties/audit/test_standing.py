"""What stands under a day's name is signed only if it is what the ledger gives, or what the ledger has the hash of."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from audit_case import AFTER, DAY, HOUR, Make, a_day, files
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from include.duties.audit import form
from include.duties.audit.actions import audit
from include.duties.audit.comparing import PackDiffers
from include.duties.audit.verifier import CONTEXT, verify


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """What the software is brought up to date with, until the test ends."""
    with monkeypatch.context() as patched:
        yield patched
    form.current_form.cache_clear()


def upgraded(newer: pytest.MonkeyPatch, name: str = "PRINTING") -> None:
    """Let the software print, or lay out, otherwise from here on."""
    newer.setattr(form, name, getattr(form, name) + 1)
    form.current_form.cache_clear()


@pytest.mark.parametrize("name", ["report.ar.pdf", "README.txt", "form.json"])
@pytest.mark.parametrize("signature", ["", "AAAA\nAAAA\n", "of another key"])
def test_a_changed_pack_of_an_older_form_is_not_signed_again_though_its_signature_is_gone(
    source: Make, newer: pytest.MonkeyPatch, name: str, signature: str
) -> None:
    a_day(source, people=1)
    pack = audit(DAY, AFTER).pack
    upgraded(newer)
    signed, whole = Path(f"{pack}.sig"), (pack / name).read_bytes()
    (pack / name).write_bytes(whole[:40] + bytes([whole[40] ^ 1]) + whole[41:])
    if signature == "of another key":
        key = Ed25519PrivateKey.generate()
        parts = (key.public_key().public_bytes_raw(), key.sign(CONTEXT + (pack / "manifest.json").read_bytes()))
        signature = "".join(f"{base64.b64encode(part).decode()}\n" for part in parts)
    signed.write_text(signature, "ascii") if signature else signed.unlink()
    with pytest.raises(PackDiffers, match=rf"not as it was signed: {name}: .*byte 40"):
        audit(DAY, AFTER + HOUR)
    assert signature == (signed.read_text("ascii") if signed.exists() else ""), "nobody signed it"
    (pack / name).write_bytes(whole)
    told = files(pack)
    assert "data identical" in audit(DAY, AFTER + HOUR).notes[0]
    assert (files(pack), verify(pack)) == (told, []), "as it was, with a signature of ours"
