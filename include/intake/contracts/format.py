"""How the bytes of a source are laid out. What is `auto` is found out from the file itself when it is read."""

from __future__ import annotations

import codecs
import re
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

__all__ = ["AUTO", "TEXT_TYPES", "Format", "FormatType"]

AUTO = "auto"
Sheets = str | int | tuple[str | int, ...] | None
FormatType = Literal["csv", "tsv", "xlsx", "xls", "json", "jsonl", "parquet", "xml", "vcard", "records"]

TEXT_TYPES = frozenset({"csv", "tsv", "json", "jsonl", "xml", "vcard", "records"})
"""The types that are text, in some encoding; the others are binary."""
TABLES = frozenset({"csv", "tsv", "xlsx", "xls"})
WORKBOOKS = frozenset({"xlsx", "xls"})
LINES = frozenset({"records"})
DELIMITER_NAMES = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}
USED_BY: dict[str, frozenset[str]] = {
    "encoding": TEXT_TYPES,
    "delimiter": frozenset({"csv", "tsv", "records"}),
    "quote": frozenset({"csv", "tsv"}),
    "header_row": TABLES,
    "header_rows": TABLES,
    "sheet": WORKBOOKS,
    "sheet_column": WORKBOOKS,
    "records": frozenset({"json", "xml"}),
    "layout": LINES,
    "fields": LINES,
    "starts": LINES,
    "indent": LINES,
    "optional": LINES,
}
"""Which option means something for which type; elsewhere it is a mistake and refused."""


class Format(BaseModel):
    """The layout of a file. A bare type name (`format: csv`) stands for that type with every option at its default."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: FormatType
    """csv, tsv, xlsx, xls, json (one document), jsonl (one document a line), xml, parquet, vcard, or records (text in
    which a record takes several lines); each may lie in a gzip or zip."""
    encoding: str = AUTO
    """The text encoding's name (utf-8, utf-16, windows-1256, windows-1252, iso-8859-6), or auto."""
    delimiter: str = AUTO
    """What separates cells: one character, or tab, comma, semicolon, pipe; or auto."""
    header_row: int | Literal["auto"] = 1
    """The line (of a workbook: the row) of the headings, counted from 1, or auto; what stands above is a banner."""
    header_rows: int = Field(default=1, ge=0, le=5)
    """How many rows the headings take. `Phone` below `Contact`, which spans it, is the column `Contact / Phone`. Where
    there are none (0), `header_row` is the first row of all, and the columns are called `column 1`, `column 2`."""
    quote: str | None = '"'
    """The character around a cell that holds a delimiter or a line break; null where there is none."""
    sheet: Sheets = None
    """The sheet's name, its number counted from 1, or a pattern with * and ? for every visible sheet that it fits; or
    a list of these. Sheets that are read together have the same headings. Null is the first sheet with content."""
    sheet_column: str | None = Field(default=None, min_length=1)
    """A column of this name is added that holds the name of the sheet that a row stands in."""
    records: str | None = None
    """Of JSON, the dotted path to the list of records, null where the document is that list; of XML, the records'
    element (company) or its whole path (directory/company), null where it is found out."""
    layout: Literal["auto", "indented", "pairs"] = "auto"
    """How text records are laid out: indented (each field on a line of its own, deeper than the one before) or pairs
    (`Phone: …` on each line, the delimiter being what follows the name); or auto."""
    fields: tuple[str, ...] | None = None
    """The fields of an indented record, from the margin inwards; null where they are found out."""
    starts: str | None = None
    """The regular expression that a whole line must be to begin a text record; null where any line at the margin does,
    or any pair below a blank line."""
    indent: int | None = Field(default=None, ge=1, le=40)
    """By how many spaces each field of an indented record stands deeper; null where it is found out."""
    optional: tuple[str, ...] = ()
    """The fields that an indented record may lack; one that lacks another is set aside."""
    member: str | None = Field(default=None, min_length=1)
    """Which file of a zip is meant: its name there, or a pattern with * and ?; null where it has one that can be."""

    @model_validator(mode="before")
    @classmethod
    def _from_type_alone(cls, given: Any) -> Any:
        return {"type": given} if isinstance(given, str) else given

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, name: str) -> str:
        if name.lower() == AUTO:
            return AUTO
        try:
            codec = codecs.lookup(name)
        except (LookupError, ValueError):
            codec = None
        if codec is None or not codec._is_text_encoding:
            raise ValueError("is not a known text encoding; write auto, utf-8, utf-16, windows-1256 or the like")
        return name.lower()

    @field_validator("delimiter")
    @classmethod
    def _one_delimiter(cls, text: str) -> str:
        if text.lower() == AUTO:
            return AUTO
        delimiter = DELIMITER_NAMES.get(text.lower(), text)
        if len(delimiter) != 1 or delimiter in "\r\n\"'" or delimiter.isalnum():
            raise ValueError("must be one character that is no letter, digit, quote or line break, or auto")
        return delimiter

    @field_validator("quote")
    @classmethod
    def _one_quote(cls, text: str | None) -> str | None:
        if text is not None and (len(text) != 1 or text.isalnum() or text.isspace()):
            raise ValueError("must be one character, or null where cells are not quoted")
        return text

    @field_validator("header_row", mode="before")
    @classmethod
    def _line_counted_from_one(cls, line: Any) -> Any:
        if line != AUTO and (not isinstance(line, int) or not 1 <= line <= 1000):
            raise ValueError("must be the line's number, from 1 to 1000, or auto")
        return line

    @field_validator("sheet")
    @classmethod
    def _sheet_counted_from_one(cls, sheet: Sheets) -> Sheets:
        for one in sheet if isinstance(sheet, tuple) else (sheet,):
            if one == "" or (isinstance(one, int) and one < 1):
                raise ValueError("must be the sheet's name, or its number counted from 1, or a list of these")
        if sheet == ():
            raise ValueError("must name a sheet, or be left out")
        return sheet

    @field_validator("records")
    @classmethod
    def _path_of_names(cls, path: str | None) -> str | None:
        if path is not None and not all(re.split("[./]", path)):
            raise ValueError("must be names joined by dots, such as data.items, or in XML by slashes")
        return path

    @field_validator("starts")
    @classmethod
    def _an_expression(cls, expression: str | None) -> str | None:
        try:
            re.compile(expression or "")
        except re.error:
            raise ValueError("must be a regular expression, such as \\d+ for a line that is a number") from None
        return expression

    @field_validator("fields")
    @classmethod
    def _two_names_at_least(cls, names: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if names is not None and (len(names) < 2 or len(set(names)) < len(names) or not all(map(str.strip, names))):
            raise ValueError("must name two fields or more, each once")
        return names

    @property
    def above(self) -> int:
        """How many lines or rows stand above the headings, once `header_row` is known."""
        return 0 if self.header_row == AUTO else int(self.header_row) - 1

    @model_validator(mode="after")
    def _only_options_of_the_type(self) -> Format:
        for option in sorted(self.model_fields_set & USED_BY.keys()):
            if self.type not in USED_BY[option] and getattr(self, option) != type(self).model_fields[option].default:
                raise ValueError(f"{option} means nothing for {self.type}; remove it")
        if self.quote is not None and self.quote == self.delimiter:
            raise ValueError("quote and delimiter must differ")
        if self.header_rows == 0 and self.header_row == AUTO:
            raise ValueError("header_row must be the first row's number where header_rows is 0")
        return self

    @model_validator(mode="after")
    def _only_options_of_the_layout(self) -> Format:
        if self.layout == "pairs" and (self.fields or self.indent or self.optional):
            raise ValueError("fields, indent and optional mean nothing for pairs: each line names its own; remove them")
        if self.type == "records" and self.delimiter != AUTO and (self.layout == "indented" or self.fields):
            raise ValueError("delimiter means nothing for indented records; remove it")
        if self.fields is not None and not set(self.optional) <= set(self.fields[1:]):
            raise ValueError("optional must name some of fields, and not the first: it begins the record")
        return self
