"""Tell what labels one of several like things: the mobile among the phones, the Arabic one among the names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

__all__ = ["key_of", "label_of"]

KEYS = frozenset({"type", "kind", "label", "use", "usage", "system", "lang", "language", "نوع", "النوع", "اللغة"})
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
PAIRS = (("k", "v"), ("key", "value"))
LANGUAGE = re.compile(r"[a-z]{2}(?:-[a-z]{2})?", re.IGNORECASE)
LANGUAGE_KEYS = frozenset({"lang", "language", "اللغة"})


def label_of(item: Mapping[str, Any]) -> tuple[str, frozenset[str]]:
    """Return the words that label an item, such as `mobile` or `phone work`, and the keys where they stand."""
    found = {key: word for key, value in item.items() if isinstance(value, str) and (word := _word_of(key, value))}
    return " ".join(found.values()), frozenset(found)


def key_of(item: Mapping[str, Any]) -> tuple[str | None, Any]:
    """Return key and value of an item that is nothing but a pair (`{k: phone, v: …}`); None as the key of another."""
    if len(item) != 2:
        return None, None
    for key, value in PAIRS:
        if isinstance(item.get(key), str) and value in item and item[key].strip():
            return item[key].strip(), item[value]
    return None, None


def _word_of(key: str, value: str) -> str | None:
    """Return the word with which a key labels what stands beside it; None where it says anything else."""
    name, word = key.lstrip("@").casefold(), value.strip().casefold()
    if name in LANGUAGE_KEYS:
        return word if LANGUAGE.fullmatch(word) else None
    return word if word in WORDS and (name in KEYS or name.endswith("type")) else None
