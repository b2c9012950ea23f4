"""Gzip and zip: read through as a stream, one member, no bomb, nothing laid down under a name from inside."""

from __future__ import annotations

import gzip
import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from include.intake.contracts import Format
from include.intake.reading import UnreadableFile, columns, detect, resolve

Given = Callable[..., Path]
Taken = Callable[..., Any]
Packed = Callable[..., Path]
CSV = "name,phone\nشركة المثال,+966 11 000 0001\n"
MEMBERS = {"shops.csv": CSV, "offices.csv": "name,phone\nx,1\n", "readme.txt": "read me"}


@pytest.fixture
def packed(given: Given) -> Packed:
    """Write a zip of members."""

    def write(members: dict[str, str | bytes]) -> Path:
        sink = io.BytesIO()
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return given(sink.getvalue())

    return write


def test_a_gzip_is_read_as_what_is_in_it(given: Given, taken: Taken) -> None:
    path = given(gzip.compress(CSV.encode("windows-1256")))
    assert taken(path).rows == [["شركة المثال", "+966 11 000 0001"]]
    assert detect(path) == Format(type="csv", encoding="cp1256", delimiter=",")
    assert columns(path, Format(type="csv")) == ["name", "phone"]


def test_a_gzip_of_several_parts_is_read_to_its_end(given: Given, taken: Taken) -> None:
    parts = [gzip.compress(part.encode()) for part in ("name,phone\nx,1\n", "y,2\n")]
    assert taken(given(b"".join(parts))).rows == [["x", "1"], ["y", "2"]]


@pytest.mark.parametrize(
    ("type", "content"),
    [
        ("csv", CSV),
        ("tsv", "name\tphone\nx\t1\n"),
        ("json", '[{"name": "x"}]'),
        ("jsonl", '{"name": "x"}\n{"name": "y"}'),
    ],
)
def test_a_zip_with_one_file_needs_no_word_in_the_contract(
    type: str, content: str, packed: Packed, taken: Taken
) -> None:
    path = packed({"folder/": "", "folder/data.any": content, "__MACOSX/._data.any": "x", ".DS_Store": "x"})
    assert detect(path).type == type
    assert resolve(path, Format.model_validate(type)).encoding == "utf-8"
    assert taken(path, type).columns[0] == "name"


def test_a_workbook_in_a_zip_is_read(book: Callable[..., Path], packed: Packed, taken: Taken) -> None:
    path = packed({"shops.xlsx": book(a=[["name"], ["x"]]).read_bytes(), "readme.pdf": "%PDF"})
    assert (detect(path).type, taken(path, "xlsx").rows) == ("xlsx", [["x"]])
    assert sorted(file.name for file in path.parent.iterdir()) == ["delivery.raw"]


@pytest.mark.parametrize("member", ["shops.csv", "shop*", "s????.csv"])
def test_the_contract_says_which_file_of_a_zip_is_meant(member: str, packed: Packed, taken: Taken) -> None:
    assert len(taken(packed(MEMBERS), member=member).rows[0]) == 2


def test_a_file_whose_ending_says_data_is_taken_before_others(packed: Packed, taken: Taken) -> None:
    assert taken(packed({"data.csv": CSV, "licence.md": "x", "notes.docx": "y"})).columns == ["name", "phone"]


@pytest.mark.parametrize(
    ("members", "member", "message"),
    [
        (
            MEMBERS,
            None,
            r"has 3 files to read; name one in format\.member: 'shops\.csv', 'offices\.csv', 'readme\.txt'",
        ),
        (MEMBERS, "*.csv", r"has 2 files to read; name one in format\.member: 'shops\.csv', 'offices\.csv'$"),
        (MEMBERS, "gone.csv", r"format\.member: no file of the archive is so named; it has 'shops\.csv'"),
        ({"a.bin": "x", "b.bin": "y"}, None, r"no file of the archive is known by its ending"),
        ({"folder/": ""}, None, "the archive holds no file"),
        ({"Mohammed Al Harbi.vcf": "x", "b.vcf": "y"}, None, r"member: '….vcf', 'b\.vcf'"),
    ],
)
def test_a_zip_that_leaves_a_choice_names_it(
    members: dict[str, str | bytes], member: str | None, message: str, packed: Packed, taken: Taken
) -> None:
    path = packed(members)
    with pytest.raises(UnreadableFile, match=message):
        taken(path, member=member)


@pytest.mark.parametrize(
    "name", ["../shops.csv", "/etc/shops.csv", "a/../../shops.csv", "..\\shops.csv", "C:\\shops.csv"]
)
def test_a_path_that_leads_out_of_the_archive_is_refused(
    name: str, packed: Packed, taken: Taken, tmp_path: Path
) -> None:
    path = packed({name: CSV})
    with pytest.raises(UnreadableFile, match="has a path that leads out of the archive; nothing of it is read"):
        taken(path)
    assert sorted(file.name for file in tmp_path.rglob("*")) == ["delivery.raw"]


def test_a_path_that_leads_out_is_harmless_beside_the_file_that_is_meant(packed: Packed, taken: Taken) -> None:
    path = packed({"../evil.sh": "x", "shops.csv": CSV})
    assert len(taken(path).rows) == 1
    assert sorted(file.name for file in path.parent.iterdir()) == ["delivery.raw"]


def test_a_member_means_nothing_outside_a_zip(given: Given, taken: Taken) -> None:
    for content in (CSV.encode(), gzip.compress(CSV.encode())):
        with pytest.raises(UnreadableFile, match=r"format\.member names a file of a zip, but this is no zip"):
            taken(given(content), member="shops.csv")


def test_a_download_that_was_cut_off_says_so(given: Given, taken: Taken) -> None:
    body = "".join(f"{random.random()},{random.random()}\n" for _ in range(20_000))
    whole = gzip.compress(f"name,phone\n{body}".encode())
    for cut in (whole[: len(whole) // 2], whole[:-4]):
        with pytest.raises(UnreadableFile, match=r"delivery\.raw: .*breaks off before its end: a truncated download"):
            taken(given(cut))


def test_a_damaged_archive_says_so(given: Given, packed: Packed, taken: Taken) -> None:
    body = "".join(f"{random.random()},{random.random()}\n" for _ in range(20_000))
    gzipped = bytearray(gzip.compress(f"name,phone\n{body}".encode()))
    zipped = bytearray(packed({"a.csv": f"name,phone\n{body}"}).read_bytes())
    for content in (gzipped, zipped):
        content[len(content) // 2 : len(content) // 2 + 40] = b"\xff" * 40
        with pytest.raises(UnreadableFile, match="the archive is damaged"):
            taken(given(bytes(content)))
    with pytest.raises(UnreadableFile, match="damaged or breaks off: a truncated download"):
        taken(given(packed(MEMBERS).read_bytes()[:-30]))


def test_a_locked_archive_says_so(packed: Packed, given: Given, taken: Taken) -> None:
    content = bytearray(packed({"shops.csv": CSV}).read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + at] |= 1
    with pytest.raises(UnreadableFile, match=r"'shops\.csv' is locked by a password"):
        taken(given(bytes(content)))


def test_an_unknown_way_of_packing_says_so(packed: Packed, given: Given, taken: Taken) -> None:
    content = bytearray(packed({"shops.csv": CSV}).read_bytes())
    for mark, at in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        content[content.index(mark) + at] = 9
    with pytest.raises(UnreadableFile, match=r"'shops\.csv' is packed by a method that is not read; pack it again"):
        taken(given(bytes(content)))


def test_a_member_that_is_not_where_the_archive_says_is_an_error(packed: Packed, given: Given, taken: Taken) -> None:
    content = packed({"shops.csv": CSV}).read_bytes().replace(b"shops.csv", b"spoil.csv", 1)
    with pytest.raises(UnreadableFile, match="the archive is damaged"):
        taken(given(content))


@pytest.mark.parametrize("kind", ["gzip", "zip"])
def test_a_bomb_is_not_unpacked(kind: str, given: Given, packed: Packed, taken: Taken) -> None:
    rows = "name,phone\n" + "x,1\n" * (17 << 20)
    path = given(gzip.compress(rows.encode())) if kind == "gzip" else packed({"a.csv": rows})
    with pytest.raises(UnreadableFile, match=r"more than 250 times its size \(MOST_RATIO\), as a zip bomb does"):
        taken(path)


def test_a_zip_that_lies_about_its_size_is_caught(packed: Packed, given: Given, taken: Taken) -> None:
    content = bytearray(packed({"a.csv": "name,phone\n" + "x,1\n" * 100_000}).read_bytes())
    at = content.rindex(b"PK\x01\x02") + 24
    content[at : at + 4] = (1000).to_bytes(4, "little")
    with pytest.raises(UnreadableFile, match="the archive is damaged"):
        taken(given(bytes(content)))


def test_an_archive_in_an_archive_is_not_unpacked(given: Given, packed: Packed, taken: Taken) -> None:
    inner = gzip.compress(CSV.encode())
    for path in (given(gzip.compress(inner), name="a"), packed({"shops.csv.gz": inner})):
        with pytest.raises(UnreadableFile, match="a gzip archive inside an archive"):
            taken(path)
    with pytest.raises(UnreadableFile, match="a zip archive or a workbook"):
        taken(given(gzip.compress(packed({"a.csv": CSV}).read_bytes()), name="b"))


def test_an_archive_of_too_many_files_is_not_looked_through(packed: Packed, taken: Taken) -> None:
    with pytest.raises(UnreadableFile, match=r"more than 10,000 members \(MOST_MEMBERS\)"):
        taken(packed({f"{number}.csv": "" for number in range(10_001)}))


def test_a_list_of_members_without_end_is_not_read(packed: Packed, given: Given, taken: Taken) -> None:
    content = bytearray(packed({"a.csv": CSV}).read_bytes())
    at = content.rindex(b"PK\x05\x06") + 12
    content[at : at + 4] = (11 << 20).to_bytes(4, "little")
    with pytest.raises(UnreadableFile, match="MOST_MEMBERS"):
        taken(given(bytes(content)))
