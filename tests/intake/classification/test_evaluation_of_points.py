"""What the classifier of contact points is measured at, and that learning gives the same weights twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from include.intake.classification.evaluation import evaluated
from include.intake.classification.labels import POINT_LABELS, LabelsUnreadable
from include.intake.classification.point_truth import STRATA, stratum_of
from include.intake.classification.rules import RULES
from include.intake.classification.weighing import KNOWLEDGE
from include.intake.normalise import read_cell

SAMPLE = ("iana_pen", "np_yellowpages", "sa_riyadh_osm", "us_openstates")
SLACK = 0.005
MOBILE, LINE = "+966 50 000 0011", "+966 11 000 0012"
HEAD = "value,kind,region,label,source,basis,owner_name\n"


@pytest.mark.parametrize(
    ("field", "value", "label", "klass"),
    [
        ("phone", LINE, "person", "personal"),
        ("phone", LINE, "organisation", "business"),
        ("phone", MOBILE, "organisation", "personal"),
        ("phone", f"{LINE} / {MOBILE}", "organisation", "personal"),
        ("email", "info@firm.example", "role_mailbox", "business"),
        ("email", "info@gmail.com", "role_mailbox", "personal"),
        ("email", "info@gmail.com", "organisation", "personal"),
        ("email", "firm@gmail.com", "organisation", "personal"),
        ("email", "info@firm.example", "organisation", "business"),
        ("email", "s.ahmed@firm.example", "named_mailbox_own_domain", "personal"),
        ("website", "firm.example", "organisation", "business"),
        ("address", "مكتب 12 شارع العليا، الرياض", "organisation", "business"),
    ],
)
def test_the_law_goes_before_the_label_of_the_source(field: str, value: str, label: str, klass: str) -> None:
    assert STRATA[stratum_of(field, label, read_cell(field, value, "SA"))] == klass


def test_every_label_names_somebody_and_every_sort_has_a_class() -> None:
    sorts = {stratum_of(field, label, ()) for label in POINT_LABELS for field in ("phone", "email")}
    assert sorts <= set(STRATA)
    assert set(STRATA.values()) == {"personal", "business"}


def test_contact_points_are_measured_by_group_and_tell_no_value(tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_text(
        HEAD
        + f"{LINE},phone,SA,organisation,one,listing,شركة الأفق للتجارة\n"
        + f"{LINE},phone,SA,organisation,one,Mobile column,شركة الأفق للتجارة\n"
        + f"{MOBILE},phone,SA,organisation,two,listing,Horizon Trading Co.\n"
        + "info@firm.example,email,,role_mailbox,two,listing,Horizon Trading Co.\n"
        + f"{LINE},phone,SA,number_type:fixed_line,three,example,\n"
        + "-,website,SA,organisation,two,listing,Horizon Trading Co.\n"
    )
    found = evaluated(file)
    assert found["overall"]["n"] == 5
    assert found["by"]["stratum"]["other number of an organisation"]["business"]["recall"] == 1.0
    assert found["by"]["stratum"]["mobile of an organisation"]["personal"]["n"] == 2
    assert found["by"]["kind"]["website"]["abstained"] == 1.0
    assert {"ar", "en"} == set(found["by"]["lang"])
    assert found["goals"] == {"wrong_business": 0.5, "business_recall": 1.0, "business_n": 2}, "a line among mobiles"
    assert "no source was left out" in found["note"]
    assert not [value for value in ("Horizon", "firm", "0000") if value in json.dumps(found)]


def test_a_file_of_points_without_labels_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_text("value,kind\ninfo@firm.example,email\n")
    with pytest.raises(LabelsUnreadable, match="label"):
        evaluated(file)


def test_the_same_labels_give_the_same_weights_byte_for_byte(tmp_path: Path) -> None:
    labels = tmp_path / "labels.csv"
    people = "".join(f"Fahad Al-Otaibi {at},person,en,one\nسارة خالد {at},person,ar,one\n" for at in range(30))
    firms = "".join(f"Palm Clinic {at},organisation,en,two\nشركة الأفق {at},organisation,ar,two\n" for at in range(30))
    labels.write_text(f"name,label,lang,source\n{people}{firms}")
    runs = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "include",
                "classification",
                "train",
                str(labels),
                "-o",
                str(tmp_path / f"{seed}.npz"),
            ],
            env=os.environ | {"PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[3],
            stdout=subprocess.DEVNULL,
        )
        for seed in ("1", "2")
    ]
    assert [run.wait(timeout=300) for run in runs] == [0, 0]
    assert (tmp_path / "1.npz").read_bytes() == (tmp_path / "2.npz").read_bytes()


@pytest.mark.parametrize("file", ["name_figures.json", "point_figures.json"])
def test_committed_figures_are_of_the_rules_in_force(file: str) -> None:
    committed = json.loads((KNOWLEDGE / file).read_text())
    assert committed["edition"] == RULES, "measure both label files again, and write the figures, cards and README"


@pytest.mark.parametrize("text", ["README.md", "include/intake/classification/knowledge/point_rules.md"])
def test_what_is_told_of_the_figures_names_their_rules(text: str) -> None:
    assert RULES in (Path(__file__).parents[3] / text).read_text(encoding="utf-8")


@pytest.mark.directories
def test_contact_points_of_sources_left_out_are_known_as_well_as_is_committed(test_data: Path) -> None:
    committed = json.loads((KNOWLEDGE / "point_figures.json").read_text())["by"]["source"]
    result = evaluated(test_data / "labels" / "contact_points.csv", folds=True, sources=SAMPLE)
    found = result["by"]["source"]
    assert result["method"] == "folds by source"
    assert set(found) == set(SAMPLE)
    for source, figured in found.items():
        for name in ("personal", "business"):
            if committed[source][name]["n"]:
                assert figured[name]["f1"] >= committed[source][name]["f1"] - SLACK, (source, name)
    assert result["goals"]["wrong_business"] <= 0.005
    assert result["goals"]["business_recall"] >= 0.9
