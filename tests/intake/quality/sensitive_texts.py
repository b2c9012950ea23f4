"""Texts that hold sensitive data, each with its code, and texts that only look like it. All invented."""

from __future__ import annotations

from invented_ids import arabic, iban, with_check_digit

from include.intake.quality import find

__all__ = ["HARMLESS", "IQAMA", "MISTYPED", "NATIONAL", "NUMBERS", "STATEMENTS", "codes"]

NATIONAL = with_check_digit("101234567")
IQAMA = with_check_digit("234567890")
MISTYPED = NATIONAL[:9] + str((int(NATIONAL[9]) + 1) % 10)
EGYPTIAN = "29001011234567"
EMIRATES = with_check_digit("78419901234567")
ACCOUNT = iban("SA", "80000000608010167519")
CARD = with_check_digit("411111111111111")


def codes(text: str, field: str | None = None, header: str | None = None, region: str | None = None) -> list[str]:
    return [finding.code.value for finding in find(text, field, header, region=region)]


def spaced(digits: str, *sizes: int, by: str = " ") -> str:
    starts = [sum(sizes[:place]) for place in range(len(sizes))]
    return by.join(digits[start : start + size] for start, size in zip(starts, sizes, strict=True))


NUMBERS = [
    (NATIONAL, "national_id"),
    (arabic(NATIONAL), "national_id"),
    (IQAMA, "iqama"),
    (f"المدير {arabic(NATIONAL)} متاح", "national_id"),
    (f"\u200f{NATIONAL[:3]}\u200e{NATIONAL[3:]}", "national_id"),
    (spaced(NATIONAL, 1, 3, 3, 3, by="-"), "national_id"),
    (spaced(NATIONAL, 4, 3, 3), "national_id"),
    (spaced(NATIONAL, 1, 3, 3, 3, by=","), "national_id"),
    (f"{NATIONAL}.0", "national_id"),
    (f"{NATIONAL} / 0500000012", "national_id"),
    (f"رقم الهوية: {arabic(MISTYPED)}", "national_id"),
    (f"Iqama no {MISTYPED.replace('1', '2', 1)}", "iqama"),
    (EGYPTIAN, "national_id"),
    (arabic(spaced(EGYPTIAN, 1, 6, 2, 5)), "national_id"),
    (EMIRATES, "emirates_id"),
    (arabic(spaced(EMIRATES, 3, 4, 7, 1, by="-")), "emirates_id"),
    (ACCOUNT, "iban"),
    (f"IBAN {spaced(ACCOUNT, 4, 4, 4, 4, 4, 4)} Example Bank", "iban"),
    (f"آيبان {arabic(ACCOUNT.lower())}", "iban"),
    (f"no 12 example street then {ACCOUNT}", "iban"),
    (CARD, "payment_card"),
    (spaced(CARD, 4, 4, 4, 4), "payment_card"),
    (arabic(spaced(CARD, 4, 4, 4, 4, by="-")), "payment_card"),
    (spaced(with_check_digit("37000000000000"), 4, 6, 5), "payment_card"),
]

STATEMENTS = [
    ("تاريخ الميلاد: ١٢/٣/١٩٨٥", "birth_date"),
    ("تاريخ ميلاده 1405-03-12", "birth_date"),
    ("مواليد الرياض عام 1985", "birth_date"),
    ("ولد في 12 مارس 1985", "birth_date"),
    ("DOB 1985-03-12", "birth_date"),
    ("date of birth: 12.3.85", "birth_date"),
    ("Born on 12 March 1985", "birth_date"),
    ("born March 3rd, 1985", "birth_date"),
    ("مريض سكري", "health"),
    ("مصابة بالسرطان", "health"),
    ("فصيلة الدم: O+", "health"),
    ("فصيلـة الدم AB-", "health"),
    ("يعاني من مرض السكري", "health"),
    ("المريض: اسم المثال", "health"),
    ("التشخيص: ربو", "health"),
    ("blood type O+", "health"),
    ("The owner has diabetes", "health"),
    ("diagnosed with asthma in 2019", "health"),
    ("Patient name: Example", "health"),
    ("HIV-positive", "health"),
    ("الديانة: مسلم", "religion"),
    ("ديانتها المسيحية", "religion"),
    ("المذهب: مثال", "religion"),
    ("religion: Christian", "religion"),
    ("she is a practising Muslim", "religion"),
    ("converted to Islam", "religion"),
]

HARMLESS = [
    "0500000012",
    "966500000012",
    "+966 50 000 0012",
    "00966110000012",
    "920000012",
    "8001240012",
    "٠١١٠٠٠٠٠١٢",
    "+20 100 000 0012",
    "+20 (0) 1500000011",
    "+20(0)1500000011",
    "0020 (0) 1500000011",
    "tel. 212-555-0123",
    f"سجل تجاري {NATIONAL}",
    f"س.ت: {arabic(NATIONAL)}",
    f"C.R. No. {NATIONAL}",
    f"الرقم الضريبي {NATIONAL}",
    MISTYPED,
    f"https://shop.example/item?id={NATIONAL}",
    f"24.{NATIONAL}, 46.{NATIONAL}",
    "King Fahd Rd, Riyadh 12345-6789",
    "ص.ب 12345 الرياض 11564",
    "صيدلية الدواء",
    "مستشفى الولادة والأطفال",
    "مركز التشخيص الطبي",
    "رعاية مرضى السكري",
    "عيادة السكري والغدد",
    "بنك الدم",
    "ملابس مواليد",
    "حفلات عيد ميلاد منذ 1990",
    "مسجد الرحمة",
    "هل تعاني من السكري؟",
    "الطائف، حي السلامة",
    "Islamic Bank",
    "church supplies",
    "Christian Example, CEO",
    "Diabetes Care Centre",
    "Blood Bank and Diagnosis Hospital",
    "Cancer Patient Support Society",
    "Born in 1990, our company grows",
    "birthday cakes since 1990",
    "",
    "-",
]
