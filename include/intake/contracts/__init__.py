"""What a source promises: its lawful basis, where its file lies, and what each column means."""

from include.intake.contracts.columns import ColumnCheck, check_columns
from include.intake.contracts.fields import CONTACT, FIELDS, MINIMUM, Field
from include.intake.contracts.format import Format
from include.intake.contracts.gate import Refusal, gate
from include.intake.contracts.load import (
    BrokenContract,
    contract_hash,
    contract_named,
    contracts,
    file_of,
    load_all,
    load_contract,
    source_folders,
)
from include.intake.contracts.location import Location
from include.intake.contracts.model import Contract
from include.intake.contracts.parts import Basis, Ceilings, Column, Floors, OptOut, Title

__all__ = [
    "CONTACT",
    "FIELDS",
    "MINIMUM",
    "Basis",
    "BrokenContract",
    "Ceilings",
    "Column",
    "ColumnCheck",
    "Contract",
    "Field",
    "Floors",
    "Format",
    "Location",
    "OptOut",
    "Refusal",
    "Title",
    "check_columns",
    "contract_hash",
    "contract_named",
    "contracts",
    "file_of",
    "gate",
    "load_all",
    "load_contract",
    "source_folders",
]
