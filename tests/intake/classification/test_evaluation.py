"""What the classifier is measured at: by folds, without names, and never worse than what is committed."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path

import pytest

from include.intake.classification.evaluation import evaluated
from include.intake.classification.figures import Outcome, figures, worst
from include.intake.classification.labels import LabelledNames, LabelsUnreadable, read_names
from include.intake.classification.name_model import MODEL, NameModel, model, read_model
from include.intake.classification.name_rows import RowsUnknown, learned_rows, sources_of, write_rows
from include.intake.classification.name_training import write_model
from include.intake.classification.weighing import KNOWLEDGE

CLASSES = ("person", "organisation")
SAMPLE = (
    "ar_anercorp", "us_openstates", "us_probablepeople", "osm_name_suggestion_index", "sa_riyadh_osm", "eg_yellowpages",
)  # fmt: skip
SLACK = 0.005


def labelled(file: Path, text: str) -> LabelledNames:
    file.write_text(text, encoding="utf-8")
    return read_names(file)


def outcome(row: int, truth: str, said: str, score: float) -> Outcome:
    return Outcome(row, truth, said, score, {})


def test_an_abstention_is_a_miss_of_the_true_class() -> None:
    found = figures([outcome(2, "person", "person", 0.9), outcome(3, "person", "undetermined", 0.4)], CLASSES)
    assert found["person"] == {"precision": 1.0, "recall": 0.5, "f1": 0.6667, "n": 2}
    assert found["abstained"] == 0.5


def test_the_most_confident_error_comes_first_and_by_row_alone() -> None:
    wrong = [outcome(2, "person", "organisation", 0.2), outcome(3, "person", "organisation", 0.01)]
    assert worst(wrong, CLASSES)[0] == {"row": 3, "is": "person", "said": "organisation", "score": 0.01}


def test_other_names_are_measured_by_the_shipped_weights(tmp_path: Path) -> None:
    file = tmp_path / "labels.csv"
    file.write_text("name,label,lang,source\nFahad Al-Otaibi,person,en,one\nPalm Medical Center,organisation,en,two\n")
    found = evaluated(file)
    assert found["method"] == "shipped weights"
    assert found["overall"]["person"]["recall"] == found["overall"]["organisation"]["recall"] == 1.0
    assert "note" not in found
    assert found["overall"]["n"] == 2
    assert set(found["by"]) == {"lang", "source", "has_org_word", "kind"}
    assert "Otaibi" not in json.dumps(found)


def test_a_source_is_measured_by_weights_that_never_saw_it(tmp_path: Path) -> None:
    first, last = ("Qorvik", "Zelmat", "Vuxor", "Drimzo", "Kwexan", "Plozik"), ("Telzan", "Mobrix", "Wugzel", "Jaxrom")
    called = [f"{one} {other} {third}" for one in first for other in last for third in last]
    many = "".join(f"{name},person,en,one\n" for name in called)
    few = "".join(f"{name},organisation,en,two\n" for name in called[::3])
    file = tmp_path / "labels.csv"
    file.write_text(f"name,label,lang,source\n{many}{few}")
    found = evaluated(file, folds=True)["by"]["source"]
    assert found["one"]["person"]["recall"] < 0.1, "source two calls them organisations"
    assert found["two"]["organisation"]["recall"] < 0.1, "source one calls them persons"


def test_a_label_that_is_none_is_refused_by_its_row(tmp_path: Path) -> None:
    file = tmp_path / "labels.csv"
    file.write_text("name,label\nFahad Al-Otaibi,human\n")
    with pytest.raises(LabelsUnreadable, match="row 2") as refused:
        read_names(file)
    assert "Otaibi" not in str(refused.value)


def test_weights_are_written_the_same_byte_for_byte(tmp_path: Path) -> None:
    weights = NameModel({"word:given3": 12, "#ab": -3}, {"rows": 2})
    write_model(tmp_path / "one.npz", weights)
    write_model(tmp_path / "other.npz", weights)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "other.npz").read_bytes()
    assert dict(read_model(tmp_path / "one.npz").weights) == dict(weights.weights)


def test_the_weights_hold_runs_of_letters_and_no_whole_word() -> None:
    runs = list(model().by_run)
    assert runs
    assert max(map(len, runs)) <= 4
    assert not [run for run in runs if run.startswith("^") and run.endswith("$")]
    assert MODEL.stat().st_size < 1 << 20


def test_weights_know_the_rows_that_they_were_learned_from_and_hold_no_name(tmp_path: Path) -> None:
    learned = "name,label,source\nFahad Saleh,person,guide\nPalm Clinic,organisation,guide\n"
    labels, weights = labelled(tmp_path / "labels.csv", learned), tmp_path / "weights.npz"
    write_model(weights, NameModel({"word:given3": 12}, {"labels": labels.hash}))
    write_rows(weights, labels)
    assert learned_rows(labels, weights).tolist() == [True, True]
    asked = labelled(
        tmp_path / "asked.csv",
        "name,label,source\n ＦＡＨＡＤ  saleh,person,guide\nFahad Saleh,person,\n"
        "Fahad Saleh,person,other\nFahad Saleh,organisation,guide\nFahad Salem,person,guide\n",
    )
    assert learned_rows(asked, weights).tolist() == [True, True, False, False, False]
    assert sources_of(asked, labels) == ["guide", "guide", "other", "guide", "guide"]
    kept = (tmp_path / "weights.rows.npy").read_bytes().lower()
    assert not [word for word in (b"fahad", b"palm", b"guide") if word in kept]


@pytest.mark.parametrize("left", ["older", "none"])
def test_weights_whose_rows_are_not_known_measure_nothing(tmp_path: Path, left: str) -> None:
    labels, weights = labelled(tmp_path / "labels.csv", "name,label\nFahad Saleh,person\n"), tmp_path / "weights.npz"
    write_model(weights, NameModel({"word:given3": 12}, {"labels": "of another file"}))
    if left == "older":
        write_rows(weights, labels)
    with pytest.raises(RowsUnknown, match=r"weights\.rows\.npy"):
        learned_rows(labels, weights)


FRESH = "Zaydan Qorvik,person,en,elsewhere\n"


def some_of(labels: Path, source: str, count: int) -> str:
    """Give names that the shipped weights were learned from, as rows of `name,label,lang,source`, and a fresh one."""
    with labels.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["source"] == source][:count]
    sink = StringIO()
    csv.DictWriter(sink, ("name", "label", "lang", "source"), extrasaction="ignore").writerows(rows)
    return f"name,label,lang,source\n{sink.getvalue()}{FRESH}"


@pytest.mark.directories
def test_rows_that_the_weights_were_learned_from_are_left_out_and_counted(test_data: Path, tmp_path: Path) -> None:
    file = tmp_path / "some.csv"
    file.write_text(some_of(test_data / "labels" / "person_org_names.csv", "sa_riyadh_osm", 40), encoding="utf-8")
    found = evaluated(file)
    assert found["overall"]["n"] == 1
    assert list(found["by"]["source"]) == ["elsewhere"]
    assert "40 of 41 rows" in found["note"]
    assert "left out" in found["note"]


@pytest.mark.directories
def test_rows_that_the_weights_were_learned_from_are_measured_by_folds_beside_those_labels(
    test_data: Path, tmp_path: Path
) -> None:
    learned = test_data / "labels" / "person_org_names.csv"
    (tmp_path / "learned.csv").symlink_to(learned)
    file = tmp_path / "some.csv"
    file.write_text(some_of(learned, "eg_yellowpages", 400), encoding="utf-8")
    found = evaluated(file)
    committed = json.loads((KNOWLEDGE / "name_figures.json").read_text())["by"]["source"]["eg_yellowpages"]
    theirs = found["by"]["source"]["eg_yellowpages"]
    assert found["overall"]["n"] == 401
    assert abs(theirs["organisation"]["recall"] - committed["organisation"]["recall"]) < 0.08, "as by folds"
    assert "400 of 401 rows" in found["note"]
    assert found["method"] == "shipped weights, folds by source where they were trained"


@pytest.mark.directories
def test_the_shipped_weights_know_every_row_that_they_were_learned_from(test_data: Path) -> None:
    assert learned_rows(read_names(test_data / "labels" / "person_org_names.csv")).all()


@pytest.mark.directories
def test_sources_left_out_are_known_as_well_as_is_committed(test_data: Path) -> None:
    committed = json.loads((KNOWLEDGE / "name_figures.json").read_text())["by"]["source"]
    found = evaluated(test_data / "labels" / "person_org_names.csv", folds=True, sources=SAMPLE)["by"]["source"]
    assert set(found) == set(SAMPLE)
    for source, figured in found.items():
        for name in CLASSES:
            if committed[source][name]["n"]:
                assert figured[name]["f1"] >= committed[source][name]["f1"] - SLACK, (source, name)
