"""Learn the weights of names from labelled ones: logistic regression with an L2 penalty, in whole numbers when done."""

from __future__ import annotations

import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, vstack

from include.intake.classification.labels import LabelledNames
from include.intake.classification.name_evidence import evidence
from include.intake.classification.name_model import (
    FINE,
    UNIT,
    NameModel,
    name_features,
    share_of,
    word_features,
)
from include.intake.classification.name_parts import APART, name_parts
from include.intake.classification.name_samples import made_up
from include.intake.classification.word_marks import letter_runs

__all__ = ["Learner", "learner", "trained", "write_model"]

PENALTY = 4.0
SAMPLES = 5_000
"""Names made up of each kind and script."""
SAMPLE_WEIGHT = 1.5
SELDOM = 5
SELDOM_RUN = 40
"""A feature of fewer names is not learned; a run of letters of fewer might point to somebody."""


@lru_cache(maxsize=1 << 17)
def _runs(text: str) -> tuple[tuple[str, ...], int]:
    runs = letter_runs(text)
    return tuple(sorted(f"#{run}" for run in runs)), share_of(len(runs))


def features_of(text: str) -> Counter[str]:
    """Give the features of a name with how much each counts, as the sum over its words will count them."""
    parts = name_parts(text)
    found: Counter[str] = Counter()
    for feature in name_features(parts, evidence(parts)):
        found[feature] += FINE
    for spoken, place in zip(parts.words, parts.places(), strict=True):
        if place == APART:
            continue
        for feature in _word_features(spoken, place):
            found[feature] += FINE
        runs, share = _runs(spoken)
        for run in runs:
            found[run] += share
    return found


_word_features = lru_cache(maxsize=1 << 17)(word_features)


@dataclass(frozen=True)
class Learner:
    """Labelled names and made-up ones as numbers; `fit` learns from some of them."""

    features: tuple[str, ...]
    labelled: csr_matrix
    sampled: csr_matrix
    sampled_persons: NDArray[np.float64]

    def fit(self, rows: NDArray[np.bool_], persons: NDArray[np.bool_], about: Mapping[str, Any]) -> NameModel:
        """Learn from these of the labelled rows, and from the made-up names."""
        known = vstack([self.labelled[rows], self.sampled]).tocsr()
        truth = np.concatenate([persons[rows].astype(float), self.sampled_persons])
        weight = np.concatenate([np.ones(int(rows.sum())), np.full(len(self.sampled_persons), SAMPLE_WEIGHT)])
        learned = _fitted(known, truth * 2 - 1, weight)
        units = np.clip(np.round(learned * UNIT), -32_000, 32_000).astype(int)
        return NameModel({name: int(unit) for name, unit in zip(self.features, units, strict=True) if unit}, about)


def _fitted(known: csr_matrix, side: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Minimise the weighted logistic loss with its penalty; the number of words stands for an intercept."""
    turned = known.T.tocsr()

    def loss(at: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margin = side * (known @ at)
        wrong = weight / (1 + np.exp(np.clip(margin, -500, 500)))
        value = float((weight * np.logaddexp(0, -margin)).sum() + PENALTY / 2 * (at @ at))
        return value, -(turned @ (side * wrong)) + PENALTY * at

    found = minimize(
        loss,
        np.zeros(known.shape[1]),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 250, "ftol": 1e-7, "maxcor": 20},
    )
    return np.asarray(found.x, dtype=np.float64)


def learner(names: Sequence[str]) -> Learner:
    """Turn labelled names, and the made-up ones, into numbers."""
    samples = made_up(SAMPLES)
    labelled = [features_of(name) for name in names]
    sampled = [features_of(name) for name, _ in samples]
    counted = Counter(feature for found in (*labelled, *sampled) for feature in found)
    kept = sorted(f for f, count in counted.items() if count >= (SELDOM_RUN if f.startswith("#") else SELDOM))
    index = {feature: at for at, feature in enumerate(kept)}
    persons = np.array([person for _, person in samples], dtype=float)
    return Learner(tuple(kept), _matrix(labelled, index), _matrix(sampled, index), persons)


def _matrix(rows: Iterable[Counter[str]], index: Mapping[str, int]) -> csr_matrix:
    values: list[float] = []
    columns: list[int] = []
    ends = [0]
    for row in rows:
        for feature in sorted(row):
            at = index.get(feature)
            if at is not None:
                columns.append(at)
                values.append(row[feature] / FINE)
        ends.append(len(columns))
    return csr_matrix((values, columns, ends), shape=(len(ends) - 1, len(index)))


def trained(labels: LabelledNames) -> NameModel:
    """Learn the weights that are shipped: from every row."""
    rows = np.ones(len(labels.names), dtype=bool)
    about = {"labels": labels.hash, "rows": len(labels.names), "samples": 4 * SAMPLES}
    return learner(labels.names).fit(rows, np.array(labels.persons), about)


def write_model(path: Path, learned: NameModel) -> None:
    """Write weights as a file of plain numbers that is the same byte for byte whenever the weights are."""
    names = sorted(learned.weights)
    stored: dict[str, NDArray[Any]] = {
        "features": np.frombuffer("\n".join(names).encode(), dtype=np.uint8),
        "weights": np.array([learned.weights[name] for name in names], dtype=np.int16),
        "about": np.frombuffer(json.dumps(dict(learned.about), sort_keys=True).encode(), dtype=np.uint8),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in stored.items():
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, array, allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, buffer.getvalue())
