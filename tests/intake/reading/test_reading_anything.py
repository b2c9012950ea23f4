"""Whatever the bytes are, a reader hands on rows or says in our own words that it cannot: nothing else comes out."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from include.intake.contracts import Format
from include.intake.reading import UnreadableFile, detect, read

NAME = "Zqxjkv"
"""Stands for what is personal: it must not be in a message."""
FILES = {
    "xml": f'<?xml version="1.0"?>\n<all xmlns="urn:a"><one id="1"><name>{NAME}</name><p type="fax">1</p></one></all>',
    "vcard": "BEGIN:VCARD\r\nVERSION:3.0\r\nTEL;TYPE=WORK:1\r\nNOTE;ENCODING=QUOTED-PRINTABLE:=4\r\n"
    f"FN:{NAME}\r\nEND:VCARD\r\n",
    "records": "Header\n" + f"1\n  {NAME}\n    Contact\n      mail\n" * 4 + "End",
    "pairs": f"Name: {NAME}\nPhone: 1\n\n" * 4,
    "json": f'{{"rows": [{{"name": "{NAME}", "p": [{{"type": "fax", "v": NaN}}]}}, {{"name": null}}]}}',
    "jsonl": f'{{"name": "{NAME}"}}\n{{"name": "b", "name": [1, {{}}]}}\n',
    "csv": f'name,phone\n"{NAME}",1\nb,2\n',
}
FORMATS = [
    Format(type="xml"),
    Format(type="xml", records="one", encoding="windows-1256"),
    Format(type="vcard"),
    Format(type="vcard", encoding="utf-16"),
    Format(type="records"),
    Format(type="records", layout="pairs", delimiter=":"),
    Format(type="records", fields=("a", "b", "c", "d"), indent=2, starts=r"\d+"),
    Format(type="json", records="rows"),
    Format(type="json"),
    Format(type="jsonl", encoding="utf-8"),
    Format(type="csv"),
]
PIECES = [
    b"<",
    b"&a;",
    b'"',
    b"\\",
    b"\0",
    b"\n",
    b":",
    b"[" * 300,
    b"}",
    b"\xff",
    b"\xd8\x00",
    b"NaN",
    b"\xef\xbb\xbf",
]
PIECES += [
    b"<!DOCTYPE a [<!ENTITY a 'b'>]>",
    b"BEGIN:VCARD\n",
    b";CHARSET=hex:",
    b'"\\ud800"',
    b"&#xD800;",
    b"9" * 5000,
]

encodings = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "windows-1256"])
whole = st.builds(lambda text, encoding: text.encode(encoding), st.sampled_from(list(FILES.values())), encodings)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A file that was sound, cut off, with a piece taken out, and another put in."""
    content = draw(whole)
    start, end = sorted(draw(st.tuples(*[st.integers(0, len(content))] * 2)))
    piece = draw(st.sampled_from(PIECES) | st.binary(max_size=8))
    changed = content[:start] + piece + content[draw(st.sampled_from([start, end])) :]
    return changed[: draw(st.integers(0, len(changed)))] if draw(st.booleans()) else changed


def refusal(path: Path, format: Format | None) -> UnreadableFile | None:
    """Read a file to its end; return why it cannot be read, if it is said in the way that is foreseen."""
    try:
        for chunk in read(path, format or detect(path), chunk_rows=2):
            assert len(chunk) == len(chunk.frame) + len(chunk.faults)
    except UnreadableFile as error:
        return error
    return None


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("anything") / "delivery.raw"


@given(content=damaged() | st.binary(max_size=200), format=st.sampled_from([None, *FORMATS]))
@settings(max_examples=250, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
def test_only_rows_or_a_clear_refusal_come_out(content: bytes, format: Format | None, path: Path) -> None:
    path.write_bytes(content)
    error = refusal(path, format)
    if error is not None:
        assert str(error).startswith("delivery.raw: ")
        assert NAME not in str(error)
        assert error.__cause__ is None
        assert error.__context__ is None or error.__suppress_context__


@pytest.mark.parametrize("name", FILES)
def test_the_files_that_are_damaged_here_are_sound(name: str, path: Path) -> None:
    path.write_bytes(FILES[name].encode())
    chunks = list(read(path, detect(path)))
    assert NAME in chunks[0].frame.to_numpy().flatten()
