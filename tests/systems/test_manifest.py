"""A data map is an open manifest with what the open format lacks beside it; whatever it leaves open is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from sqlalchemy import Connection, create_engine, text

from include.errors import NeverRetry
from include.systems import EdgeKind, Subjects, System, findings, plan, uncovered, unexplained, unindexed, unjustified
from include.systems.manifest import load_map

OPEN = """
    dataset:
      - fides_key: shop
        name: The shop
        data_subjects: [customer]
        collections:
          - name: customers
            fields:
              - name: id
                data_categories: [user.unique_id]
                fides_meta: {primary_key: True}
              - name: email
                data_categories: [user.contact.email]
                data_uses: [essential.service]
                fides_meta: {identity: email, data_type: string}
              - name: shoe_size
                data_categories: [user.demographic]
          - name: orders
            fields:
              - name: id
                data_categories: [system.operations]
                fidesops_meta: {primary_key: True}
              - name: customer_id
                data_categories: [user.unique_id]
                fides_meta:
                  references: [{dataset: shop, field: customers.id, direction: from}]
              - name: delivery
                fields:
                  - name: street
                    data_categories: [user.contact.address.street]
"""
OURS = """
    amanah:
      shop:
        connection: shop_database
        backups: [{name: weekly, months: 6}]
        tables:
          customers:
            subject: true
            basis: contract
            retention: account
            columns:
              email: {mandatory: true}
              shoe_size: {mandatory: false, purposes: [fitting], justification: no shoe is made without it}
          orders:
            purposes: [essential.service]
            basis: contract
            references:
              customer_id: {kind: owned, blank: [delivery]}
"""


def read(folder: Path, *parts: str) -> System:
    file = folder / "map.yml"
    file.write_text("".join(dedent(part) for part in parts), encoding="utf-8")
    (system,) = load_map(file)
    return system


def test_an_open_manifest_is_read_as_it_is_and_what_it_leaves_open_is_told(tmp_path: Path) -> None:
    system = read(tmp_path, OPEN)
    assert [table.name for table in system.tables] == ["customers", "orders"]
    assert [table.key for table in system.tables] == [("id",), ("id",)]
    assert system.table("orders").column("delivery").categories == ("user.contact.address.street",)
    assert [str(fault) for fault in findings(system)] == [
        "orders.customer_id: say what this reference means: owned, shared, derived, accessed, shallow",
        "shop: no table is the subject's: say whose rows are persons",
    ]


def test_what_the_open_format_lacks_stands_beside_it(tmp_path: Path) -> None:
    system = read(tmp_path, OPEN, OURS)
    assert findings(system) == ()
    assert (system.connection, system.backups[0].months) == ("shop_database", 6)
    (edge,) = system.edges
    assert (edge.holder.table, edge.target.table, edge.kind) == ("customers", "orders", EdgeKind.OWNED)
    assert edge.blank == ("delivery",)


def test_a_reference_may_be_written_on_either_side(tmp_path: Path) -> None:
    turned = OPEN.replace(
        "fides_meta: {primary_key: True}",
        "fides_meta: {primary_key: True, references: [{dataset: shop, field: orders.customer_id, direction: to}]}",
        1,
    ).replace("references: [{dataset: shop, field: customers.id, direction: from}]", "data_type: integer")
    assert read(tmp_path, turned, OURS).edges == read(tmp_path, OPEN, OURS).edges


def test_a_row_may_hold_what_it_points_at(tmp_path: Path) -> None:
    ours = OURS.replace("{kind: owned, blank: [delivery]}", "{kind: owned, holder: this_row}")
    (edge,) = read(tmp_path, OPEN, ours).edges
    assert (edge.holder.table, edge.target.table, edge.pointing) == ("orders", "customers", "holder")


def test_every_personal_column_says_why_it_is_there_or_is_told(tmp_path: Path) -> None:
    system = read(tmp_path, OPEN, OURS)
    assert [str(fault) for fault in unexplained(system)] == [
        "customers.id: no purpose is named (IR 4(1)(c))",
        "customers.id: say whether it is mandatory (IR 4(1)(g))",
        "orders.customer_id: say whether it is mandatory (IR 4(1)(g))",
        "orders.customer_id: it is outside the minimum and nobody justified it: it has to go (IR 19(1))",
        "orders.delivery: say whether it is mandatory (IR 4(1)(g))",
    ]


def test_a_column_beyond_the_minimum_that_nobody_justified_has_to_go(tmp_path: Path) -> None:
    assert ("customers", "shoe_size") not in unjustified(read(tmp_path, OPEN, OURS))
    ours = OURS.replace(", justification: no shoe is made without it", "")
    assert ("customers", "shoe_size") in unjustified(read(tmp_path, OPEN, ours))
    assert ("customers", "email") not in unjustified(read(tmp_path, OPEN, ours))


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("user.contact.email", "user.contact.e-mail", "shop.customers.email: no data category 'user.contact.e-mail'"),
        ("kind: owned", "kind: mine", r"map.yml:\d+: amanah.shop.tables.orders.references.customer_id.kind"),
        ("shoe_size: {", "shoesize: {", "amanah.shop.tables.customers.shoesize: there is no such column"),
        (
            "shop:\n    connection",
            "shops:\n    connection",
            "amanah.shops: there is no such dataset",
        ),
        ("retention: account", "retain: account", "is not a known field"),
        ("name: orders", "nome: orders", r"map.yml:\d+: dataset\[0\].collections\[1\].name: is missing"),
    ],
)
def test_what_is_wrong_with_a_map_is_said_with_its_place(tmp_path: Path, before: str, after: str, says: str) -> None:
    whole = dedent(OPEN) + dedent(OURS)
    assert before in whole
    file = tmp_path / "map.yml"
    file.write_text(whole.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(NeverRetry, match=says):
        load_map(file)


@pytest.fixture
def shop(any_database: str) -> Iterator[Connection]:
    """The shop's database."""
    engine = create_engine(any_database)
    with engine.connect() as connection:
        connection.execute(text("create table customers (id integer primary key, email text, shoe_size integer)"))
        connection.execute(
            text(
                "create table orders (id integer primary key, customer_id int references customers (id), delivery text)"
            )
        )
        yield connection
    engine.dispose()


def test_a_map_that_says_everything_covers_its_database(tmp_path: Path, shop: Connection) -> None:
    assert uncovered(shop, read(tmp_path, OPEN, OURS)) == ()


def test_a_table_or_a_column_that_somebody_added_is_noticed(tmp_path: Path, shop: Connection) -> None:
    shop.execute(text("alter table customers add column birthday date"))
    shop.execute(text("create table friends (id integer primary key, friend integer references customers (id))"))
    assert [str(fault) for fault in uncovered(shop, read(tmp_path, OPEN, OURS))] == [
        "friends: the map does not know this table: add it",
        "customers.birthday: the map does not know this column: add it, with its data category",
    ]


def test_a_reference_that_the_map_does_not_tell_of_is_noticed(tmp_path: Path, shop: Connection) -> None:
    without = OPEN.replace("references: [{dataset: shop, field: customers.id, direction: from}]", "data_type: integer")
    ours = OURS.replace("references:\n              customer_id: {kind: owned, blank: [delivery]}", "hold: true")
    assert [str(fault) for fault in uncovered(shop, read(tmp_path, without, ours))] == [
        "orders.customer_id: it points at customers, and no edge of the map says what that means"
    ]


def test_a_reference_that_no_index_serves_is_named_with_the_index_to_create(tmp_path: Path, shop: Connection) -> None:
    system, served = read(tmp_path, OPEN, OURS), shop.dialect.name == "mysql"  # which makes one for every reference
    told = [] if served else ["orders.customer_id: no index serves it: create index on orders (customer_id)"]
    assert [str(fault) for fault in unindexed(shop, system)] == told
    if not served:
        shop.execute(text("create index of_customer on orders (customer_id, id)"))
    assert unindexed(shop, system) == ()


def test_a_map_of_what_is_not_there_is_refused_before_anything_is_selected(tmp_path: Path, shop: Connection) -> None:
    shop.execute(text("drop table orders"))
    with pytest.raises(NeverRetry, match="shop: there is no table orders"):
        plan(shop, read(tmp_path, OPEN, OURS), Subjects("customers", [(1,)]))


def test_a_wrong_key_would_name_more_rows_than_one_and_is_refused(tmp_path: Path, shop: Connection) -> None:
    reference = "references: [{dataset: shop, field: customers.id, direction: from}]"
    wrong = OPEN.replace(reference, f"primary_key: True\n                  {reference}")
    wrong = wrong.replace("                fidesops_meta: {primary_key: True}\n", "")
    told = [str(fault) for fault in uncovered(shop, read(tmp_path, wrong, OURS))]
    assert told == ["orders.id: this is the primary key, and the map says customer_id"]
    with pytest.raises(NeverRetry, match=r"the key of orders is customer_id, .* and the database's is id; correct"):
        plan(shop, read(tmp_path, wrong, OURS), Subjects("customers", [(1,)]))


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (
            "customer_id: {kind: owned, blank: [delivery]}",
            "customer_id: {kind: shallow}",
            "orders: it holds personal data",
        ),
        ("blank: [delivery]", "hide: [delivery_place]", "orders.delivery_place: no such column is mapped"),
        ("blank: [delivery]", "delete: true", "only what is accessed needs to be told to go"),
    ],
)
def test_a_graph_that_cannot_be_is_found_when_the_map_is_read(
    tmp_path: Path, before: str, after: str, says: str
) -> None:
    assert before in OURS
    (fault,) = findings(read(tmp_path, OPEN, OURS.replace(before, after)))
    assert says in str(fault)


def test_a_cycle_of_owners_that_nobody_is_the_owner_of_is_found(tmp_path: Path) -> None:
    more = """
              - name: a
                fields:
                  - {name: id, fides_meta: {primary_key: True, references: [{dataset: shop, field: b.id}]}}
              - name: b
                fields:
                  - {name: id, fides_meta: {primary_key: True, references: [{dataset: shop, field: a.id}]}}
    """
    ours = OURS + "\n".join(f"          {name}: {{references: {{id: {{kind: owned}}}}}}" for name in "ab") + "\n"
    opened = dedent(OPEN) + "".join(f"      {line}\n" for line in dedent(more).strip("\n").splitlines())
    file = tmp_path / "map.yml"
    file.write_text(opened + dedent(ours), encoding="utf-8")
    (system,) = load_map(file)
    assert {fault.table for fault in findings(system)} == {"a", "b"}
