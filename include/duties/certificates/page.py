"""A certificate as a page: Arabic first, right to left, then English; no script, nothing fetched."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

__all__ = ["page", "rows"]

CLOCKS = ("planned_at", "begun_at", "destroyed_at", "verified_at")
COPIES = {"own_copy": "kept_days", "copy": "kept_months", "deleted_files": "days_after_deletion"}
"""How a copy is told, by the key that tells which it is."""

TEMPLATE = """<!doctype html>
<html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>{{ words.title.ar }}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
body { font: 15px/1.6 "Noto Sans Arabic", "Noto Sans", sans-serif; max-width: 46rem; margin: 2rem auto;
       padding: 0 1rem }
h1 { font-size: 1.4rem; border-bottom: 2px solid #14532d; padding-bottom: .4rem }
table { border-collapse: collapse; width: 100%; margin-bottom: 2rem }
th, td { text-align: start; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid #d4d4d4 }
th { width: 13rem; font-weight: 600 } bdi, code { unicode-bidi: isolate }
bdi[dir] { white-space: nowrap }
code { font-size: .8rem; overflow-wrap: anywhere } section[dir=ltr] { margin-top: 3rem }
</style></head><body>
{% for language in ("ar", "en") %}
<section lang="{{ language }}" dir="{{ 'rtl' if language == 'ar' else 'ltr' }}">
<h1>{{ words.title[language] }}</h1><p>{{ words.free[language] }}</p>
<table>
{% for name, value in rows(language) %}<tr><th scope="row">{{ words[name][language] }}</th><td>{{ value }}</td></tr>
{% endfor %}</table></section>
{% endfor %}</body></html>
"""


def page(told: Mapping[str, Any]) -> str:
    """Render a certificate's data for a reader."""
    template = Environment(autoescape=True, undefined=StrictUndefined).from_string(TEMPLATE)
    return template.render(words=_words(), rows=lambda language: _rows(told, language))


def rows(told: Mapping[str, Any], language: str) -> list[tuple[str, Any]]:
    """Give a certificate's data in one language: what each row is called, and what it says."""
    words = _words()
    return [(words[name][language], value) for name, value in _rows(told, language)]


@cache
def _words() -> Mapping[str, Any]:
    read: Mapping[str, Any] = yaml.safe_load(
        files("include.duties.certificates").joinpath("wording.yml").read_text(encoding="utf-8")
    )
    return read


def _copy(words: Mapping[str, Any], backup: Mapping[str, Any], language: str) -> Markup:
    """Say one copy in words; what is written from left to right stands apart, or a date reads backwards in Arabic."""
    kind = next(kind for kind, key in COPIES.items() if key in backup)
    said: str = words[kind][language]
    return Markup(said).format(**{name: Markup("<bdi dir=ltr>{}</bdi>").format(backup[name]) for name in backup})


def _when(instant: str) -> str:
    return instant.replace("T", " ").replace("+00:00", " UTC")


def _rows(told: Mapping[str, Any], language: str) -> list[tuple[str, Any]]:
    words = _words()

    def code(value: object) -> Markup:
        return Markup("<code dir=ltr>{}</code>").format(value)

    def counted(counts: Mapping[str, int]) -> Markup:
        if not counts:
            return escape(words["none"][language])
        parts = (Markup("<bdi>{}</bdi>: {:,}").format(name, count) for name, count in counts.items())
        return Markup("<br>").join(parts)

    rows: list[tuple[str, Any]] = [("plan", code(told["certificate"])), ("system", told["system"])]
    rows += [("rule", code(told["rule"]))] if told["rule"] else []
    rows += [
        ("trigger", words["triggers"].get(told["trigger"], {}).get(language, told["trigger"])),
        ("article", told["article"]),
        ("edition", Markup("{} ({})").format(told["law"][language], code(told["edition"]))),
        *((name, code(_when(told[name]))) for name in CLOCKS if told[name]),
        ("allowed_by", words["allowers"].get(told["allowed_by"], {}).get(language, told["allowed_by"])),
        ("tables", counted(told["tables"])),
        ("masked", counted({**told["masked"], **told["emptied"]})),
        ("held", counted(told["held"])),
        ("technique", words["techniques"][told["technique"]][language]),
        ("verification", words["verifications"][language]),
        ("recipients", words["told"][language].format(**told["recipients"])),
        ("backups", Markup("<br>").join(_copy(words, b, language) for b in told["backups"]) or words["none"][language]),
        ("copies_left", code(told["copies_left_until"]) if told["copies_left_until"] else words["none"][language]),
        ("plan_hash", code(told["plan_hash"])),
        ("records", Markup("<br>").join(code(f"{r['seq']} {r['kind']} {r['hash'][:16]}…") for r in told["records"])),
    ]
    return rows
