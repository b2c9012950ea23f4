"""A map is proposed from what stands in a database; a person completes it, and no value is in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from command import call
from sqlalchemy import Connection, create_engine, text

from include.systems import System, findings, plan, uncovered, unexplained
from include.systems.drafting import draft
from include.systems.guessing import guess
from include.systems.manifest import load_map
from include.systems.retention import ruleless
from include.systems.selecting import find

CANARY = "noor.canary@people.example"
MADE = (
    "create table account (id integer primary key, plan text)",
    'create table customer (id integer primary key, account_id int references account (id), "الاسم" text, email text, '
    '"userAgent" text, x1 text, remarks text)',
    "create table invoice (id integer primary key, customer_id int references customer (id), total int, "
    '"العنوان" text)',
    "create table calls (id integer primary key, customer_id int references customer (id), recording_path text)",
)


@pytest.fixture
def company(any_database: str) -> Iterator[tuple[str, Connection]]:
    """A small company's database, and its address."""
    address = any_database
    engine = create_engine(address)
    with engine.begin() as connection:
        for statement in MADE:
            connection.execute(text(statement))
        connection.execute(text("insert into account values (1, 'small')"))
        connection.execute(
            text(
                "insert into customer values (5, 1, 'نور', :mail, 'Gecko', '10.1.2.3', 'Prefers to be called late.'), "
                "(6, 1, 'سارة', 'sara@people.example', 'Gecko', '10.1.2.4', '')"
            ),
            {"mail": CANARY},
        )
        connection.execute(text("insert into invoice values (9, 5, 100, 'PO Box 1')"))
    with engine.connect() as connection:
        yield address, connection
    engine.dispose()


def drafted(folder: Path, connection: Connection) -> System:
    file = folder / "map.yml"
    file.write_text(draft(connection, "company"), encoding="utf-8")
    (system,) = load_map(file)
    return system


def test_a_draft_knows_tables_people_and_what_points_at_them(tmp_path: Path, company: tuple[str, Connection]) -> None:
    _, connection = company
    system = drafted(tmp_path, connection)
    assert uncovered(connection, system) == ()
    assert findings(system) == ()
    assert [table.name for table in system.subjects] == ["customer"]
    kinds = {(edge.target.table, edge.holder.table): str(edge.kind) for edge in system.edges}
    assert kinds == {
        ("customer", "account"): "shallow",
        ("invoice", "customer"): "owned",
        ("calls", "customer"): "owned",
    }


def test_a_draft_reads_names_in_both_languages_and_values_where_names_say_nothing(
    tmp_path: Path, company: tuple[str, Connection]
) -> None:
    system = drafted(tmp_path, company[1])
    said = {column.name: column.categories[0] for table in system.tables for column in table.columns}
    assert said["الاسم"] == "user.name"
    assert said["العنوان"] == "user.contact.address"
    assert said["userAgent"] == "user.device.device_id"
    assert said["x1"] == "user.device.ip_address"
    assert said["remarks"] == "user.content.private"
    assert said["recording_path"] == "user.biometric.voice"
    assert said["total"] == said["plan"] == "system.operations"


def test_a_draft_selects_at_once_and_leaves_open_what_only_a_person_knows(
    tmp_path: Path, company: tuple[str, Connection]
) -> None:
    _, connection = company
    system = drafted(tmp_path, connection)
    (someone,) = find(connection, system, {"email": CANARY.upper()})
    assert plan(connection, system, someone).rows == {"customer": 1, "invoice": 1}
    assert {fault.what for fault in unexplained(system)} >= {
        "no purpose is named (IR 4(1)(c))",
        "no legal basis is named (IR 4(1)(c))",
        "say whether it is mandatory (IR 4(1)(g))",
    }


@pytest.fixture
def bare(any_database: str) -> Iterator[Connection]:
    """A database without tables."""
    engine = create_engine(any_database)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


ODD = ("no", "on", "null", "true", "y", "Off", "2024", "a: b", "#hash", "- dash", "it's", "back\\slash", "تاريخ")


def test_a_draft_reads_back_names_that_look_like_something_else(tmp_path: Path, bare: Connection) -> None:
    quoted = [bare.dialect.identifier_preparer.quote_identifier(name) for name in ODD]
    bare.execute(text(f"create table {quoted[2]} (id integer primary key, {quoted[0]} varchar(9) unique)"))
    others = ", ".join(f"{name} varchar(9)" for name in quoted[1:])
    bare.execute(
        text(
            f"create table {quoted[1]} (id integer primary key, email varchar(9), {others}, {quoted[0]} varchar(9),"
            f" foreign key ({quoted[0]}) references {quoted[2]} ({quoted[0]}))"
        )
    )
    bare.commit()
    system = drafted(tmp_path, bare)
    assert uncovered(bare, system) == ()
    assert {column.name for column in system.table("on").columns} == {"id", "email", *ODD}
    loaded = yaml.safe_load((tmp_path / "map.yml").read_text("utf-8"))
    names = {field["name"] for each in loaded["dataset"][0]["collections"] for field in each["fields"]}
    assert names == {"id", "email", *ODD}, "nor does another reader take one for a switch or a number"
    assert (tmp_path / "map.yml").read_text("utf-8").count('"y"') == 1, "a reader may be older than YAML 1.2"


def test_people_with_a_name_alone_are_people_too(tmp_path: Path, bare: Connection) -> None:
    for made in (
        "create table city (id integer primary key, full_name varchar(20))",
        "create table customer (id integer primary key, email varchar(20), city_id int, "
        "foreign key (city_id) references city (id))",
        "create table visit (id integer primary key, agent_name varchar(20), customer_id int, "
        "foreign key (customer_id) references customer (id))",
        "create table driver (id integer primary key, full_name varchar(20))",
    ):
        bare.execute(text(made))
    bare.commit()
    told = {table.name for table in drafted(tmp_path, bare).subjects}
    assert told == {"customer", "driver"}, "neither what a person points at, nor what points at one"


def test_a_draft_asks_for_a_rule_where_no_other_reaches_and_leaves_forms_to_a_person(
    tmp_path: Path, company: tuple[str, Connection]
) -> None:
    said = draft(company[1], "company")
    assert "TODO" not in said
    assert "    forms: {} # " in said
    assert {each.table for each in ruleless(drafted(tmp_path, company[1]))} == {"customer", "invoice", "calls"}
    file = tmp_path / "ruled.yml"
    rule = "retention: {account: {trigger: fixed_age, column: id, maximum: {months: 6}, article: Law 18}}"
    ruled = said.replace("retention: {}", rule).replace("retention: #", "retention: account #")
    file.write_text(ruled, encoding="utf-8")
    (system,) = load_map(file)
    assert {table.name: table.retention for table in system.tables if table.retention} == {"customer": "account"}
    assert ruleless(system) == (), "what hangs on a person goes with them"


def test_no_value_is_in_a_draft(company: tuple[str, Connection]) -> None:
    said = draft(company[1], "company")
    for value in (CANARY, "نور", "10.1.2.3", "Gecko", "PO Box"):
        assert value not in said


def test_the_commands_draft_and_check(
    tmp_path: Path, company: tuple[str, Connection], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    address, connection = company
    monkeypatch.setenv("AMANAH_SYSTEM_COMPANY", address)
    said = call(monkeypatch, capsys, "systems", "draft", "AMANAH_SYSTEM_COMPANY", "--key", "company")
    assert said.code == 0
    file = tmp_path / "map.yml"
    file.write_text(said.out, encoding="utf-8")
    checked = call(monkeypatch, capsys, "systems", "check", str(file))
    assert checked.code == 1
    assert "company: customer.email: no purpose is named (IR 4(1)(c))" in checked.out
    with connection.begin():
        connection.execute(text("alter table invoice add column passport text"))
    checked = call(monkeypatch, capsys, "systems", "check", str(file))
    assert "company: invoice.passport: the map does not know this column" in checked.out


@pytest.mark.parametrize(
    ("name", "values", "category"),
    [
        ("mobile_no", [], "user.contact.phone_number"),
        ("MobileNumber", [], "user.contact.phone_number"),
        ("contact", ["0500000011", "0500000012", None], "user.contact.phone_number"),
        ("contact", ["a@shop.example", "b@shop.example"], "user.contact.email"),
        ("firstName", [], "user.name"),
        ("كلمة المرور", [], "user.authorization.password"),
        ("أسم العميل", [], "user.name"),
        ("رقم الهوية", [], "user.government_id.national_identification_number"),
        ("blurb", ["What somebody wrote here was so long that no program wrote it, you see."], "user.content.private"),
        ("status", ["new", "done"], None),
        ("emailed", [], None),
        ("created_at", [], None),
        ("shipment", [], None),
    ],
)
def test_a_column_is_known_by_its_words_or_its_values(
    name: str, values: list[str | None], category: str | None
) -> None:
    assert guess(name, values)[0] == category


def test_an_address_that_is_none_or_away_is_told_without_its_password(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for wrong in ("nonsense", "postgresql://me:letmein@127.0.0.1:9/none"):
        said = call(monkeypatch, capsys, "systems", "draft", wrong)
        assert said.code != 0
        assert "letmein" not in said.out + said.error
