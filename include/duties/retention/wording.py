"""What an officer reads before a plan is allowed: ids, codes and counts, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["body_of", "subject_of"]

ENGLISH = """\
**Allow** lets exactly the rows that are counted here go, as soon as it is answered. What is destroyed does not come \
back; what is archived can be restored until its own end. Rows under a legal hold stay. If a plan's rows are others by \
then, nothing of that plan goes, and it is shown anew.

**Reject** lets nothing go. What is due by then is planned and shown again by the next run. Without an answer nothing \
goes either."""
ARABIC = """\
**Allow (سماح):** تُتلف فور الإجابة الصفوف المعدودة هنا دون غيرها. \
ما أُتلف لا يعود، وما أُرشف تمكن استعادته حتى نهاية مدته. \
وتبقى الصفوف التي عليها حجز نظامي. وإن تغيّرت صفوف خطة قبل ذلك فلا يُتلف منها شيء، وتُعرض من جديد.

**Reject (رفض):** لا يُتلف شيء، وما يكون مستحقًّا حينها يُخطط له ويُعرض مجددًا في التشغيل التالي. \
ومن دون إجابة لا يُتلف شيء أيضًا."""

WHY = {
    "first_run": ("the first run of this rule", "أول تشغيل لهذه القاعدة"),
    "too_large": ("larger than the edition allows unattended", "أكبر مما تسمح به النسخة دون مراجعة"),
    "by_hand": ("started by hand", "بدأها شخص"),
}
FATES = {
    "destroy": ("they are destroyed", "تُتلف"),
    "archive": ("they go into archives, which end later", "تُنقل إلى أرشيف ينتهي لاحقًا"),
}


def subject_of(plans: Sequence[Mapping[str, Any]]) -> str:
    """Write what waits in one line."""
    return f"Plans of destruction that wait: {len(plans)} · خطط إتلاف تنتظر الإذن"


def body_of(plans: Sequence[Mapping[str, Any]]) -> str:
    """Write the plans as Markdown, and what an answer does. What is allowed is what is shown: each plan by its hash."""
    return "\n\n".join([ENGLISH, ARABIC, "---", *map(_one, plans)])


def _one(plan: Mapping[str, Any]) -> str:
    english, arabic = FATES["archive" if plan["archives"] else "destroy"]
    lines = [
        f"### {plan['system']}: `{plan['rule']}`",
        f"- {english} · {arabic}",
        f"- plan `{plan['plan']}`, hash `{plan['hash'][:16]}…`, edition `{plan['edition']}`",
        f"- due before · مستحق قبل: `{plan['before'][:10]}`",
        f"- waits because: {'; '.join(WHY[why][0] for why in plan['why'])}",
        f"- ينتظر لأنه: {'؛ '.join(WHY[why][1] for why in plan['why'])}",
        *(f"- stricter than the map · أشد مما في الخريطة: {remark}" for remark in plan["remarks"]),
        "",
        "| table · الجدول | rows that go · صفوف تذهب | emptied · تُفرَّغ | held · محجوزة |",
        "|---|--:|--:|--:|",
    ]
    names = sorted({*plan["tables"], *plan["masked"], *plan["held"]})
    for name in names:
        counts = (plan[part].get(name, 0) for part in ("tables", "masked", "held"))
        lines.append(f"| `{name}` | {' | '.join(f'{count:,}' for count in counts)} |")
    return "\n".join(lines)
