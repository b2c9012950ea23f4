"""Invented people, shops and contact details for directories that nobody publishes, numbered so that none repeats."""

from __future__ import annotations

__all__ = ["INVENTED", "column"]

FAMILIES = {
    "ar": ("العينة", "النموذج", "المثال", "الاختبار", "التجربة", "الخيال", "البيان", "المسودة"),
    "en": ("Sample", "Model", "Example", "Testing", "Fictive", "Draft", "Mockup", "Placeholder"),
}
GIVEN = {
    "ar": ("سعد", "نورة", "خالد", "هند", "ماجد", "ريم", "فهد", "عبير", "يوسف", "لمياء", "بدر", "سلوى"),
    "en": ("Nadia", "Tom", "Grace", "Peter", "Laila", "George", "Hana", "Paul", "Irene", "Victor", "Julia", "Oscar"),
    "fr": (
        "Yassine",
        "Salma",
        "Mehdi",
        "Hélène",
        "Rachid",
        "Khadija",
        "Jérôme",
        "Nadia",
        "Omar",
        "Amina",
        "Luc",
        "Zineb",
    ),
    "pk": (
        "Bilal",
        "Ayesha",
        "Usman",
        "Sadia",
        "Imran",
        "Hina",
        "Zeeshan",
        "Rabia",
        "Faisal",
        "Nida",
        "Kamran",
        "Asma",
    ),
}
KINDS = {
    "ar": (
        "مؤسسة {} للتجارة",
        "مطعم {}",
        "صيدلية {}",
        "شركة {} المحدودة",
        "مغسلة {}",
        "مكتبة {}",
        "ورشة {}",
        "حلويات {}",
    ),
    "en": ("{} Trading Co.", "{} Pharmacy", "{} Bakery", "{} & Sons Ltd", "Hotel {}", "{} Dental Clinic", "{} Motors"),
    "fr": ("Sté {} SARL", "Pharmacie {}", "Café {}", "Riad {}", "Imprimerie {}", "Ets {}", "Garage {}", "Atelier {}"),
    "pk": ("{} Traders", "{} Cloth House", "{} Medical Store", "New {} Sweets", "{} Autos", "{} Industries (Pvt) Ltd"),
}
STREETS = {
    "ar": ("شارع {} رقم {n}", "طريق {}، مبنى {n}", "حي {}، شارع {n}", "ميدان {} عمارة {n}"),
    "en": ("{n} {} Street", "{n} {} Road, Floor 2", "Shop {n}, {} Mall", "{} Avenue {n}"),
    "fr": ("{n}, rue {}", "{n} avenue {}", "{n} bis, bd {}", "Lot {n}, quartier {}"),
    "pk": ("Shop {n}, {} Market", "Plot {n}, Block B, {} Town", "{n} Main Road, {} Colony", "House {n}, Street 4, {}"),
}
PLACES = {
    "ar": ("الرياض", "جدة", "الدمام", "أبها", "حائل", "تبوك", "بريدة"),
    "eg": ("القاهرة", "الإسكندرية", "الجيزة", "طنطا", "المنصورة"),
    "fr": ("Fès", "Meknès", "Rabat", "Oujda", "Agadir", "Tanger"),
    "pk": ("Lahore", "Karachi", "Multan", "Quetta", "Sialkot"),
    "en": ("Springfield", "Riverton", "Lakeside", "Hillview", "Oakdale"),
    "district": ("العليا", "الملز", "النسيم", "الروضة", "السلامة", "الحمراء", "النزهة", "الفيصلية"),
}
INVENTED = 36
"""Rows of an invented directory."""


def column(kind: str) -> list[str]:
    """Return the cells of one column: `org:ar`, `person:en`, `mobile:sa`, `mail`, `site`, `street:fr`, `fixed:42`…"""
    name, _, detail = kind.partition(":")
    return [MAKERS[name](detail, row) for row in range(INVENTED)]


def _family(detail: str, row: int) -> str:
    names = FAMILIES["ar" if detail == "ar" else "en"]
    return names[row % len(names)] + (f" {'بتثجحخد'[row // len(names)]}" if detail == "ar" else " " + "ABCDE"[row // 8])


def _org(detail: str, row: int) -> str:
    kinds = KINDS[detail]
    return kinds[row % len(kinds)].format(_family(detail, row))


def _person(detail: str, row: int) -> str:
    given = GIVEN[detail]
    family = FAMILIES["ar" if detail == "ar" else "en"][(row * 5 + row // 8) % 8]
    return f"{given[row % len(given)]} {given[(row * 7 + 3) % len(given)]} {family}"


def _mobile(detail: str, row: int) -> str:
    end = f"{row:02d}"
    return {
        "sa": (f"05000000{end}", f"+966 50 000 00{end}", f"9665000000{end}", f"050-000-00{end}")[row % 4],
        "sa_plain": f"5000000{end}",
        "eg": (f"010000000{end}", f"+20 100 000 00{end}")[row % 2],
        "ae": (f"050 000 00{end}", f"+971 50 000 00{end}")[row % 2],
        "ma": (f"06 00 00 00 {end}", f"+212 6 00 00 00 {end}", f"06000000{end}")[row % 3],
        "pk": (f"0300-00000{end}", f"+92 300 00000{end}", f"030000000{end}")[row % 3],
        "us": (f"(202) 555-01{end}", f"202-555-01{end}", f"202.555.01{end}")[row % 3],
    }[detail]


def _landline(detail: str, row: int) -> str:
    end = f"{row:02d}"
    return {
        "sa": (f"011-00000{end}", f"0110000{end}0 - 0110000{end}1", f"+966 11 000 00{end}")[row % 3],
        "eg": f"02-200000{end}",
        "ma": f"05 35 00 00 {end}",
        "pk": (f"042-300000{end}", f"042-300000{end}, 300001{end}")[row % 2],
        "us": f"202-555-01{end}",
    }[detail]


def _mail(detail: str, row: int) -> str:
    at = detail or "@"
    return (f"info{row}{at}shop{row}.example", f"first.last{row}{at}example.com", f"sales{row}{at}example.org")[row % 3]


MAKERS = {
    "org": _org,
    "person": _person,
    "mobile": _mobile,
    "landline": _landline,
    "mail": _mail,
    "site": lambda _, row: (f"www.shop{row}.example", f"https://store{row}.example/")[row % 2],
    "street": lambda detail, row: STREETS[detail][row % 4].format(_family(detail, row), n=row + 1),
    "city": lambda detail, row: PLACES[detail][row % len(PLACES[detail])],
    "number": lambda _, row: str(row + 1),
    "code": lambda detail, row: f"{detail}-{(row * 7919) % 10007:05d}",
    "zip": lambda _, row: f"{10000 + row * 137}",
    "box": lambda detail, row: f"{detail}{1000 + row * 17}",
    "word": lambda detail, row: detail.split("|")[row % len(detail.split("|"))],
    "identity": lambda detail, row: f"{detail}{1000000 + row * 7717}",
    "date": lambda _, row: f"20{10 + row % 14}-{row % 12 + 1:02d}-{row % 28 + 1:02d}",
    "lat": lambda detail, row: f"{float(detail) + row * 0.00137:.6f}",
    "handle": lambda _, row: f"https://instagram.com/shop{row}",
    "maps": lambda _, row: f"https://maps.google.com/?q=place{row}",
    "both": lambda detail, row: f"{_person(*detail.split(',')[:1], row)} - {_mobile(detail.split(',')[1], row)}",
}
