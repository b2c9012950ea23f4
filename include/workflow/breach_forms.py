"""The forms of an incident's run: codes, ids and times, in both languages."""

from __future__ import annotations

from airflow.sdk import Param

from include.duties.references import PATTERN

__all__ = ["ALLOW", "ASSESSMENT", "FILING", "INCIDENT", "REPORT"]

ALLOW = "Approve"
KNOWN = ("yes", "no", "unknown")
CODE, NUMBER = r"^[a-z][a-z0-9_]{0,62}$", rf"^({PATTERN})?$"
"""What a form takes beside instants and what it offers: no words."""
QUESTIONS = {
    "harms_data": "May it harm the data? · هل من شأنه الإضرار بالبيانات؟",
    "harms_person": "May it harm a person? · هل من شأنه الإضرار بصاحب البيانات؟",
    "against_rights": "May it conflict with rights or interests? · هل يتعارض مع الحقوق أو المصالح؟",
    "sensitive": "Are sensitive data concerned? · هل تشمل بيانات حساسة؟",
    "identifies": "Do the data identify people by themselves? · هل تدل البيانات بذاتها على أشخاص؟",
    "protected": "Were they unreadable to whoever got them? · هل كانت غير مقروءة لمن وصلت إليه؟",
    "contained": "Is it contained? · هل تم احتواؤه؟",
}
ASSESSMENT = {
    name: Param("unknown", type="string", enum=list(KNOWN), title=asked, section="Assessment · التقييم")
    for name, asked in QUESTIONS.items()
}
"""What is asked to weigh the risk; what nobody knows is not taken for a no."""
LATER = ("still_investigated", "awaits_processor", "system_away", "awaits_authority")
DEFERRABLE = ("how", "categories", "subjects", "data_types", "risks", "effects", "measures_planned")
DELAYS = ("found_late", "scope_took_long", "processor_late", "platform_away", "investigation")
REPORT = {
    "deferred": Param(
        [], type="array", items={"type": "string", "enum": list(DEFERRABLE)}, examples=list(DEFERRABLE),
        title="Details that follow later · تفاصيل تُقدَّم لاحقًا",
    ),
    "because": Param("still_investigated", type="string", enum=list(LATER), title="Why they follow · سبب تأخرها"),
    "delays": Param(
        [], type="array", items={"type": "string", "enum": list(DELAYS)}, examples=list(DELAYS),
        title="Why it is late, or a supplement · أسباب التأخر",
    ),
}  # fmt: skip
"""What an officer says before a report is drafted; its words they write in the console."""
FILING = {"reference": Param("", type="string", pattern=NUMBER, title="Reference at the authority · مرجع الجهة")}
INCIDENT = {
    "reason": Param("incident", type="string", enum=["incident", "drill"], title="Reason"),
    "incident": Param(
        "", type="string", pattern=r"^([0-9a-f-]{36})?$", title="Incident",
        description="Empty for a new one; else its id: with `To` alone, for one that has ended.",
    ),
    "kind": Param(
        "disclosure", type="string", title="Kind · النوع",
        enum=["disclosure", "unlawful_access", "destruction", "damage"],
    ),
    "discovered_at": Param(None, type=["null", "string"], format="date-time", title="Discovered · اكتُشف"),
    "known_at": Param(
        None, type=["null", "string"], format="date-time", title="Known to us · علمنا به",
        description="The 72 hours run from here, through weekends.",
    ),
    "began_at": Param(None, type=["null", "string"], format="date-time", title="From · من"),
    "ended_at": Param(
        None, type=["null", "string"], format="date-time", title="To · إلى", description="Empty while it goes on."
    ),
    "systems": Param(
        ["register"], type="array", items={"type": "string", "pattern": CODE}, title="Systems · الأنظمة",
        description="Keys of data maps; `register` for our own. One that no map describes is taken too.",
    ),
    "evidence": Param(
        "", type="string", pattern=NUMBER, title="Evidence reference · مرجع الدليل",
        description="A number, no name. What happened is written in the console.",
    ),
    "rehearsal": Param(False, type="boolean", title="Rehearsal · تمرين", description="Nothing leaves the house."),
    "processor": Param(
        None, type=["null", "string"], pattern=CODE, title="At a processor · لدى جهة معالجة", description="Its code."
    ),
    "jurisdiction": Param("sa", type="string", pattern=r"^[a-z]{2}$", title="Jurisdiction"),
}  # fmt: skip
"""The typed form: codes, ids and times only."""
