"""XML: records laid flat as JSON's are, and nothing that a document declares is expanded, loaded or fetched."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from include.intake.contracts import Format
from include.intake.reading import UnreadableFile, columns, detect

Given = Callable[..., Path]
Taken = Callable[..., Any]

DIRECTORY = """<?xml version="1.0" encoding="{encoding}"?>
<d:directory xmlns:d="urn:example:directory" date="2026-01-05">
  <source>Example Chamber</source>
  <!-- two of many -->
  <d:company id="1" xmlns:x="urn:example:x">
    <name xml:lang="ar">شركة المثال للتجارة</name>
    <name xml:lang="en">Example Trading</name>
    <address><city>الرياض</city><street/></address>
    <phone type="mobile">+966 50 000 0001</phone>
    <phone type="fax">+966 11 000 0002</phone>
    <phone>+966 11 000 0003</phone>
    <x:branch><city>جدة</city></x:branch>
    <x:branch><city>أبها</city></x:branch>
  </d:company>
  <d:company id="2">
    <name xml:lang="en"><![CDATA[Sample & Sons]]></name>
    <phone>+966 11 000 0004</phone>
    <phone>+966 11 000 0005</phone>
  </d:company>
</d:directory>
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1256", "iso-8859-6", "utf-16"])
def test_a_directory_is_read_in_the_encoding_that_it_declares(encoding: str, given: Given, taken: Taken) -> None:
    path = given(DIRECTORY.format(encoding=encoding.removesuffix("-sig")), encoding)
    found = detect(path)
    assert found == Format(type="xml", records="directory/company")
    result = taken(path, **found.model_dump(exclude_unset=True))
    first, second = (dict(zip(result.columns, row, strict=True)) for row in result.rows)
    assert first == {
        "id": "1",
        "name[ar]": "شركة المثال للتجارة",
        "name[en]": "Example Trading",
        "address.city": "الرياض",
        "address.street": "",
        "phone[mobile]": "+966 50 000 0001",
        "phone[fax]": "+966 11 000 0002",
        "phone": "+966 11 000 0003",
        "branch.city": "جدة\nأبها",
    }
    assert (second["id"], second["name[en]"]) == ("2", "Sample & Sons")
    assert second["phone"] == "+966 11 000 0004\n+966 11 000 0005"


@pytest.mark.parametrize("records", [None, "company", "directory/company", "/directory/company/"])
def test_records_are_named_by_their_element_or_their_path_or_found_out(
    records: str | None, given: Given, taken: Taken
) -> None:
    path = given(DIRECTORY.format(encoding="utf-8"))
    options = {} if records is None else {"records": records.strip("/")}
    assert len(taken(path, "xml", **options).rows) == 2


def test_a_name_that_is_no_element_is_said(given: Given, taken: Taken) -> None:
    path = given(DIRECTORY.format(encoding="utf-8"))
    for name in ("firm", "directory/firm", "other/company"):
        with pytest.raises(
            UnreadableFile, match=rf"delivery\.raw: format\.records: the document has no element {name}"
        ):
            taken(path, "xml", records=name)


@pytest.mark.parametrize(
    ("inside", "flat"),
    [
        ("<a>x</a><b> y </b><c/>", {"a": "x", "b": "y", "c": ""}),
        ('<a b="x">y</a>', {"a.b": "x", "a": "y"}),
        ("<a><b><c>x</c></b><b><c>y</c><d>z</d></b></a>", {"a.b.c": "x\ny", "a.b.d": "z"}),
        ("<p>one <b>two</b> three</p>", {"p": "one three", "p.b": "two"}),
        ('<a b="x"><b>y</b></a>', {"a.b": "x\ny"}),
        ('<phone kind="Work">1</phone>', {"phone[work]": "1"}),
        ("<phone><type>fax</type><number>1</number></phone>", {"phone[fax].number": "1"}),
        ('<phone type="Sara">1</phone>', {"phone.type": "Sara", "phone": "1"}),
        ('<tag k="phone" v="1"/><tag k="name:ar" v="x"/>', {"tag.phone": "1", "tag.name:ar": "x"}),
        ('<field name="Phone">1</field><field name="Mail"><value>x</value></field>', {"Phone": "1", "Mail.value": "x"}),
        ('<a xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"/>', {"a": ""}),
        ("<a>1</a><!-- no --><?no no?><a>2</a>", {"a": "1\n2"}),
        ("<a>&lt;b&gt; &amp; &#1575;</a>", {"a": "<b> & ا"}),
    ],
)
def test_elements_are_laid_flat(inside: str, flat: dict[str, str], given: Given, taken: Taken) -> None:
    result = taken(given(f"<all><one>{inside}</one></all>"), "xml", records="one")
    assert dict(zip(result.columns, result.rows[0], strict=True)) == flat


@pytest.mark.parametrize(
    ("document", "records"),
    [
        ("<r><c><n/><p/></c><c><n/><p/></c></r>", "r/c"),
        ("<r><head><a/><b/></head><c><n/><p/></c><c><n/></c></r>", "r/c"),
        ("<r><list><c><n/><p/></c></list><more><c><n/><p/></c></more></r>", "r/list/c"),
        ("<r><c><n/><p/><t><a/><b/></t><t><a/><b/></t></c><c><n/><p/></c></r>", "r/c"),
        ("<r>" + f"<g id='1' n='x'><l>{'<c><n/><p/><q/></c>' * 9}</l></g>" * 3 + "</r>", "r/g/l/c"),
        (
            '<osm><bounds a="1" b="2"/><node id="1" lat="2"><tag k="a" v="b"/></node><node id="2" lat="3"/></osm>',
            "osm/node",
        ),
        ("<rss><channel><title/><item><t/><l/></item><item><t/><l/></item></channel></rss>", "rss/channel/item"),
        ("<company><name/><phone/></company>", "company"),
    ],
)
def test_the_records_are_what_repeats_and_holds_texts(document: str, records: str, given: Given) -> None:
    assert detect(given(document)).records == records


def test_records_inside_records_of_their_own_name_are_not_torn_out(given: Given, taken: Taken) -> None:
    path = given("<all><one><n>a</n><one><n>b</n></one></one><one><n>c</n></one></all>")
    assert taken(path, "xml", records="one").rows == [["a", "b"], ["c", ""]]


LAUGHS = "".join(f"<!ENTITY e{n} '{ten}'>" for n in range(1, 12) for ten in [f"&e{n - 1};" * 10])
HARMFUL = {
    "billion laughs": f'<!DOCTYPE d [<!ENTITY e0 "ha">{LAUGHS}]><d><c><n>&e11;</n><p>1</p></c></d>',
    "laughs in an attribute": f'<!DOCTYPE d [<!ENTITY e0 "ha">{LAUGHS}]><d><c n="&e11;"><p>1</p></c></d>',
    "quadratic blow-up": f"<!DOCTYPE d [<!ENTITY a '{'a' * 50_000}'>]><d><c><n>{'&a;' * 50_000}</n></c></d>",
    "a file of this machine": '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d><c><n>&x;</n></c></d>',
    "a file of another one": '<!DOCTYPE d [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]><d><c><n>&x;</n></c></d>',
    "a parameter entity": '<!DOCTYPE d [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]><d><c><n>1</n></c></d>',
    "one that only stands there": '<!DOCTYPE d [<!ENTITY a "b">]><d><c><n>1</n></c></d>',
}


@pytest.mark.parametrize("document", HARMFUL.values(), ids=HARMFUL)
def test_a_document_that_declares_entities_is_refused_by_its_name(document: str, given: Given, taken: Taken) -> None:
    path = given(f'<?xml version="1.0"?>\n{document}')
    for attempt in (lambda: taken(path, "xml", records="c"), lambda: taken(path, "xml"), lambda: detect(path)):
        with pytest.raises(UnreadableFile, match=r"delivery\.raw: its DOCTYPE declares entities"):
            attempt()


def test_an_entity_that_is_declared_elsewhere_is_refused_and_not_fetched(given: Given, taken: Taken) -> None:
    path = given('<!DOCTYPE d SYSTEM "http://127.0.0.1:9/x.dtd">\n<d>\n<c><n>a&nbsp;b</n></c></d>')
    with pytest.raises(UnreadableFile, match=r"delivery\.raw: line 3: refers to an entity"):
        taken(path, "xml", records="c")
    beside = given("<!ENTITY nbsp 'Invented'>", name="beside.dtd")
    with pytest.raises(UnreadableFile, match="refers to an entity"):
        taken(given(f'<!DOCTYPE d SYSTEM "{beside.as_uri()}"><d><c><n>a&nbsp;b</n></c></d>'), "xml", records="c")
    harmless = given('<!DOCTYPE d SYSTEM "http://127.0.0.1:9/x.dtd"><d><c><n>a b</n></c></d>')
    assert taken(harmless, "xml", records="c").rows == [["a b"]]


@pytest.mark.parametrize(
    ("inside", "what"),
    [
        (f"<n>{'Invented' * (2 << 20)}</n>", "a text or a depth that no directory has"),
        ("<n>" * 300 + "</n>" * 300, "a text or a depth that no directory has"),
    ],
    ids=["a text of 16 MB", "300 levels"],
)
def test_what_is_too_large_is_refused(inside: str, what: str, given: Given, taken: Taken) -> None:
    with pytest.raises(UnreadableFile, match=what):
        taken(given(f"<d><c>{inside}</c></d>"), "xml", records="c")


def test_a_document_without_an_end_to_its_first_record_is_not_held_in_memory(given: Given, taken: Taken) -> None:
    path = given(b"<d><c><c>" + (b"<c>" + b"Invented " * 4_000 + b"</c>") * 1_900 + b"</c></c></d>")
    with pytest.raises(UnreadableFile, match=r"no record ends within 64 MB; name the records in format\.records"):
        taken(path, "xml", records="c")


def test_a_record_that_no_listing_can_be_is_set_aside(given: Given, taken: Taken) -> None:
    deep = "<n>" * 30 + "</n>" * 30
    result = taken(given(f"<d><c><n>{'x' * (2 << 20)}</n></c><c>{deep}</c><c><n>y</n></c></d>"), "xml", records="c")
    assert result.faults == [(1, "record_too_large"), (2, "nested_too_deeply")]
    assert result.rows == [["y"]]


@pytest.mark.parametrize(
    ("ending", "line"),
    [("", 101), ("<c><n>Invented</c>", 101), ("<c><n>&Invented;</n></c></d>", 101), ("</d>\n<c/>", 102)],
    ids=["breaks off", "wrong tag", "unknown entity", "two roots"],
)
def test_a_document_that_is_broken_half_way_names_its_line_and_not_its_content(
    ending: str, line: int, given: Given, taken: Taken
) -> None:
    path = given("<d>" + "<c><n>Invented</n></c>\n" * 100 + ending)
    with pytest.raises(UnreadableFile, match=rf"delivery\.raw: line {line}: is not well-formed XML") as error:
        taken(path, "xml", records="c")
    assert "Invented" not in str(error.value)
    assert error.value.__suppress_context__


def test_a_wrong_encoding_names_the_line_and_can_be_declared(given: Given, taken: Taken) -> None:
    text = '<?xml version="1.0" encoding="utf-8"?>\n<d>\n<c><n>شركة المثال</n></c></d>'
    path = given(text, "windows-1256")
    with pytest.raises(UnreadableFile, match=r"line 3: has bytes that are not in the document's encoding"):
        taken(path, "xml", records="c")
    assert taken(path, "xml", records="c", encoding="windows-1256").rows == [["شركة المثال"]]
    unknown = given('<?xml version="1.0" encoding="x-invented"?><d/>')
    with pytest.raises(UnreadableFile, match="declares an encoding that is not known"):
        taken(unknown, "xml", records="c")


def test_a_document_in_which_nothing_looks_like_a_record_is_said(given: Given) -> None:
    with pytest.raises(UnreadableFile, match=r"no element looks like a record; name it in format\.records"):
        detect(given("<?xml version='1.0'?><d><n>1</n></d>"))


def test_html_in_the_cells_of_a_table_does_not_make_it_xml(given: Given) -> None:
    assert detect(given("<b>Name</b>,phone\nx,0110000001\ny,0110000002\n")).type == "csv"


def test_columns_are_those_of_the_first_thousand_records(given: Given) -> None:
    path = given("<d>" + "<c><a>1</a></c>" * 999 + "<c><b>1</b></c><c><z>1</z></c></d>")
    assert columns(path, Format(type="xml", records="c")) == ["a", "b"]
