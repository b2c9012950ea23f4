"""Tell what labels one of several like things: the mobile among the phones, the Arabic one among the names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

__all__ = ["key_of", "label_of"]

KEYS = frozenset({"type", "kind", "label", "use", "usage", "system", "نوع", "النوع"})
LABELS = """
mobile cell cellular gsm phone telephone tel landline fixed fax telefax whatsapp voice pager sms text email e-mail mail
website web url work office business company home private personal main primary secondary other alternative switchboard
reception hotline tollfree toll-free emergency postal physical billing shipping headquarters branch
portable fixe bureau domicile standard telecopie télécopie
جوال الجوال موبايل محمول المحمول خلوي هاتف الهاتف تلفون ثابت أرضي فاكس الفاكس واتساب واتس بريد ايميل إيميل موقع
عمل العمل مكتب المكتب منزل المنزل شخصي رئيسي الرئيسي فرعي الفرع الإدارة
"""
WORDS = frozenset(LABELS.split())
"""Only these become part of a column's name: any other word could be somebody's data."""
LONGEST_KEY = 40
"""A longer key is none of those; it is not worth remembering."""
PAIRS = (("k", "v"), ("key", "value"))
LANGUAGE = re.compile(r"[a-z]{2}(?:-[a-z]{2})?", re.IGNORECASE)
LANGUAGE_KEYS = frozenset({"lang", "language", "اللغة"})
NOTHING: tuple[str, frozenset[str]] = ("", frozenset())


def label_of(item: Mapping[str, Any]) -> tuple[str, frozenset[str]]:
    """Return the words that label an item, such as `mobile` or `phone work`, and the keys where they stand."""
    found: dict[str, str] = {}
    for key, value in item.items():
        says = _says(key) if len(key) <= LONGEST_KEY else None
        if says is not None and isinstance(value, str):
            word = value.strip().casefold()
            if LANGUAGE.fullmatch(word) if says == "language" else word in WORDS:
                found[key] = word
    return (" ".join(found.values()), frozenset(found)) if found else NOTHING


def key_of(item: Mapping[str, Any]) -> tuple[str | None, Any]:
    """Return key and value of an item that is nothing but a pair (`{k: phone, v: …}`); None as the key of another."""
    if len(item) != 2:
        return None, None
    for key, value in PAIRS:
        if isinstance(item.get(key), str) and value in item and item[key].strip():
            return item[key].strip(), item[value]
    return None, None


@lru_cache(maxsize=1024)  # a file has few of them, again and again
def _says(key: str) -> str | None:
    """Tell what the value of a key says of what stands beside it: its kind, its language, or nothing."""
    name = key.lstrip("@").casefold()
    if name in LANGUAGE_KEYS:
        return "language"
    return "kind" if name in KEYS or name.endswith("type") else None
