"""What an officer reads before a plan is allowed: ids, codes and counts, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["body_of"]

WHY = {
    "first_run": ("the first run of this rule", "أول تشغيل لهذه القاعدة"),
    "too_large": ("larger than the edition allows unattended", "أكبر مما تسمح به النسخة دون مراجعة"),
    "by_hand": ("started by hand", "بدأها شخص"),
}


def body_of(plans: Sequence[Mapping[str, Any]]) -> str:
    """Write the plans as Markdown. What is allowed is what is shown: each plan by its hash."""
    return "\n\n".join(map(_one, plans))


def _one(plan: Mapping[str, Any]) -> str:
    lines = [
        f"### {plan['system']}: `{plan['rule']}`",
        f"- plan `{plan['plan']}`, hash `{plan['hash'][:16]}…`, edition `{plan['edition']}`",
        f"- due before · مستحق قبل: {plan['before'][:10]}",
        f"- waits because · ينتظر لأنه: {'; '.join(f'{WHY[why][0]} · {WHY[why][1]}' for why in plan['why'])}",
        "",
        "| table · الجدول | rows that go · صفوف تُتلف | emptied · تُفرَّغ | held · محجوزة |",
        "|---|--:|--:|--:|",
    ]
    names = sorted({*plan["tables"], *plan["masked"], *plan["held"]})
    for name in names:
        counts = (plan[part].get(name, 0) for part in ("tables", "masked", "held"))
        lines.append(f"| `{name}` | {' | '.join(f'{count:,}' for count in counts)} |")
    return "\n".join(lines)
