"""Our words for what a source column holds, and which of them the policy lets us collect without a reason."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["CONTACT", "FIELDS", "MINIMUM", "NAMES", "Field"]


class Field(StrEnum):
    """What a source column holds. Several columns may hold the same field."""

    ROW_ID = "row_id"
    ORGANISATION = "organisation"
    PERSON = "person"
    ROLE = "role"
    COMPANY_SIZE = "company_size"
    ACTIVITY = "activity"
    PHONE = "phone"
    EMAIL = "email"
    WEBSITE = "website"
    ADDRESS = "address"
    PO_BOX = "po_box"
    DISTRICT = "district"
    CITY = "city"
    REGION = "region"
    POSTAL_CODE = "postal_code"
    COUNTRY = "country"
    LANGUAGE = "language"
    OPT_OUT = "opt_out"
    UPDATED_ON = "updated_on"


FIELDS: tuple[str, ...] = tuple(field.value for field in Field)

MINIMUM: frozenset[Field] = frozenset(
    {
        Field.ORGANISATION,
        Field.PERSON,
        Field.ROLE,
        Field.COMPANY_SIZE,
        Field.EMAIL,
        Field.PHONE,
        Field.ADDRESS,
        Field.PO_BOX,
        Field.DISTRICT,
        Field.CITY,
        Field.REGION,
        Field.POSTAL_CODE,
        Field.COUNTRY,
    }
)
"""The policy's six fields (name, job role, company size, e-mail, mobile, address) with their parts: MIN-01."""

CONTACT: frozenset[Field] = frozenset(
    {Field.PHONE, Field.EMAIL, Field.WEBSITE, Field.ADDRESS, Field.PO_BOX, Field.DISTRICT, Field.CITY}
)
"""Where somebody can be reached. A source without any of them has nothing that a directory is collected for."""

NAMES: frozenset[Field] = frozenset({Field.ORGANISATION, Field.PERSON})
"""What a listing is called. A source without them is taken in, and its listings are doubtful for it."""
