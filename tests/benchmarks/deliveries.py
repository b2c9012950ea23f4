"""Generated deliveries: as many invented listings as a benchmark needs, the same for the same seed.

Names are joined at random from common words. Numbers are drawn over whole plans, since a million have to differ: they
stay in the temporary folder of the run and go nowhere.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from builders import TERMS, terms

__all__ = ["BLOCK", "CONTRACT", "deliver"]

BLOCK = 50_000

CONTRACT = terms(
    key="benchmark",
    title={"ar": "دليل القياس", "en": "Benchmark guide"},
    location="benchmark.csv",
    columns={column: means for column, means in TERMS["columns"].items() if column != "contact"},
    assessment="DPIA-2026-999",
)


def _words(text: str) -> list[str]:
    return text.split()


FIRST = _words("محمد عبدالله أحمد خالد فهد سعود سلطان ماجد ياسر طارق هشام إبراهيم يوسف عمر علي نورة سارة مريم هند ريم")
FAMILY = _words("العتيبي القحطاني الغامدي الزهراني الشهري الدوسري الحربي المطيري الشمري العنزي السبيعي المالكي")
COINED = _words("الأفق الواحة النخيل الريادة السنابل القمة البيان الروابي الياسمين المرجان الفارس النورس المدار الصفوة")
KINDS = _words("شركة مؤسسة مصنع مجموعة مكتب صيدلية مطعم مركز عيادات مجمع")
TRADES = _words("للتجارة للمقاولات للصيانة الطبية للنقل العقارية للاستشارات الهندسية التجارية المحدودة للأثاث الغذائية")
ENGLISH = _words("Horizon Oasis Palm Summit Falcon Pearl Noble Rawabi Madar Sanabel Jasmine Coral Delta Prime Najd")
ENDINGS = _words("Trading Contracting Pharmacy Clinic Group Logistics Factory Restaurant Furniture Consulting")
CITIES = _words("الرياض جدة مكة الدمام الخبر أبها تبوك حائل Riyadh Jeddah Dammam Khobar")
ROLES = _words("info sales hr admin contact office support accounts")
LATIN = _words("mohammed abdullah ahmed khalid fahad saud sultan majed yasser tariq omar ali noura sara maryam hind")
FAMILIES = _words("otaibi qahtani ghamdi zahrani shehri dosari harbi mutairi shammari anazi")


def deliver(file: Path, rows: int, *, changed: float = 0.0, seed: int = 7) -> Path:
    """Write a CSV of so many listings with about three contact points each; `changed` is the share with another phone.

    The same seed gives the same rows, whatever share of them is changed.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with pyarrow.csv.CSVWriter(file, _schema(), write_options=pyarrow.csv.WriteOptions(quoting_style="needed")) as sink:
        for start in range(0, rows, BLOCK):
            draw = np.random.default_rng((seed, start))
            sink.write_table(_block(start, min(BLOCK, rows - start), draw, changed))
    return file


def _schema() -> pa.Schema:
    return pa.schema([(name, pa.string()) for name in ("id", "name", "phone", "email", "city")])


def _block(start: int, rows: int, draw: Any, changed: float) -> pa.Table:
    number = np.arange(start, start + rows)
    ids = pa.array([f"L{at:08d}" for at in number])
    columns = [ids, _names(rows, draw), _phones(rows, draw, changed, number), _emails(rows, draw, number)]
    return pa.Table.from_arrays([*columns, _pick(draw, CITIES, rows)], schema=_schema())


def _pick(draw: Any, words: list[str], rows: int) -> pa.Array:
    return pa.array(words).take(pa.array(draw.integers(0, len(words), rows)))


def _joined(*parts: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(*parts, " ")


def _chosen(kind: Any, *options: pa.Array) -> pa.Array:
    return pc.choose(pa.array(kind), *options)


def _names(rows: int, draw: Any) -> pa.Array:
    first, family = _pick(draw, FIRST, rows), _pick(draw, FAMILY, rows)
    branch = pa.array(draw.integers(1, 9999, rows)).cast(pa.string())
    company = _joined(_pick(draw, KINDS, rows), _pick(draw, COINED, rows), _pick(draw, TRADES, rows), branch)
    owned = _joined(_pick(draw, KINDS, rows), first, family, _pick(draw, TRADES, rows))
    person = _joined(first, _pick(draw, FIRST, rows), family)
    english = _joined(_pick(draw, ENGLISH, rows), _pick(draw, ENGLISH, rows), _pick(draw, ENDINGS, rows), branch)
    kind = draw.choice(4, rows, p=[0.5, 0.15, 0.1, 0.25])
    return _chosen(kind, company, owned, person, english)


def _phones(rows: int, draw: Any, changed: float, number: Any) -> pa.Array:
    mobile = draw.integers(0, 10_000_000, rows)
    landline = draw.integers(2_000_000, 5_000_000, rows)
    again = draw.random(rows) < changed
    mobile, landline = np.where(again, (mobile + 1) % 10_000_000, mobile), np.where(again, landline + 1, landline)
    mobiles = [f"05{3 + m % 4}{m:07d}" for m in mobile.tolist()]
    spaced = [f"+966 11 {n // 10000:03d} {n % 10000:04d}" for n in landline.tolist()]
    plain = [f"011{n:07d}" for n in landline.tolist()]
    both = [f"011{n:07d} / 05{m % 10}{m:07d}" for n, m in zip(landline.tolist(), mobile.tolist(), strict=True)]
    kind = draw.choice(5, rows, p=[0.35, 0.25, 0.27, 0.05, 0.08])
    return _chosen(kind, *map(pa.array, (mobiles, spaced, plain, both, [""] * rows)))


def _emails(rows: int, draw: Any, number: Any) -> pa.Array:
    role, named = _pick(draw, ROLES, rows), _pick(draw, LATIN, rows)
    family = _pick(draw, FAMILIES, rows)
    firm = [f"firm{at}.example" for at in number.tolist()]
    own = pc.binary_join_element_wise(role, pa.array(firm), "@")
    mine = pc.binary_join_element_wise(pc.binary_join_element_wise(named, family, "."), pa.array(firm), "@")
    free = [f"user{at}@gmail.com" for at in number.tolist()]
    kind = draw.choice(4, rows, p=[0.55, 0.2, 0.1, 0.15])
    return _chosen(kind, own, mine, pa.array(free), pa.array([""] * rows))
