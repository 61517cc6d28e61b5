import io
import os
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.core.floor.directory import Directory
from console.core.floor.people import PersonRow
from console.store.roster_file import COLUMNS, read_roster, roster_of, write_roster
from console.store.roster_table import MAX_BYTES, MAX_ROWS, column_name

CHINESE = """\
工号,姓名,分机,接口,主技能组,在班,机动,带教\r
2031,张莉,1001,PJSIP/1001,账户安全,是,否,\r
2032,李强,1002 1102,,,否,是,\r
"""
ENGLISH = """\
Number,Name,Extension,Interface,Primary group,On roster,Flex,Trainer
2031,Alice,1001,PJSIP/1001,safety,yes,no,
"""


def sheet(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def said(data: bytes) -> list[str]:
    roster = roster_of(data)
    assert roster.problems
    assert roster.rows == (), "nothing is half applied"
    return [problem.english() for problem in roster.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_chinese_list_in_any_usual_encoding(encoding: str) -> None:
    roster = roster_of(CHINESE.encode(encoding))
    assert roster.problems == ()
    zhang, li = roster.rows
    assert zhang == PersonRow(
        name="张莉",
        number="2031",
        extensions=("1001",),
        interfaces=("PJSIP/1001",),
        group="账户安全",
        rostered=True,
        row=2,
    )
    assert (li.extensions, li.rostered, li.flex, li.trainer, li.row) == (("1002", "1102"), False, True, False, 3)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "，"])
def test_an_english_list_with_any_usual_delimiter(delimiter: str) -> None:
    (alice,) = roster_of(ENGLISH.replace(",", delimiter).encode()).rows
    assert (alice.name, alice.number, alice.rostered, alice.group) == ("Alice", "2031", True, "safety")


def test_a_sheet_with_a_title_numbers_as_numbers_and_columns_of_others() -> None:
    data = sheet(
        ["客服中心花名册"],
        [],
        ["工号", "姓 名", "Ext.", "入职日期", "在班 "],
        [2031, "张莉", 1001.0, date(2024, 5, 1), True],
        [None, None, None, None, None],
        ["0042", "  Bo \n Li ", "1002", None, "否"],
    )
    roster = roster_of(data)
    assert roster.problems == ()
    assert roster.ignored == ("入职日期",)
    assert [(row.number, row.name, row.extensions, row.rostered, row.row) for row in roster.rows] == [
        ("2031", "张莉", ("1001",), True, 4),
        ("0042", "Bo Li", ("1002",), False, 6),
    ]


def test_blank_means_not_said() -> None:
    (row,) = roster_of(b"name,on roster,absent\nA,,\n").rows
    assert (row.rostered, row.absent) == (None, False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name,number\nA,1\nB,1\n", "Row 3, column B: 1 stands in row 2 already."),
        ("name,ext\nA,1001;1002\n\nB,1002\n", "Row 4, column B: 1002 stands in row 2 already."),
        ("name,interface\nA,SIP/1\nB,SIP/1\n", "Row 3, column B: SIP/1 stands in row 2 already."),
        ("name,flex\nA,perhaps\n", "Row 2, column B: perhaps is neither yes 是 nor no 否."),
        ("name,number\nA,=1+1\n", "Row 2, column B: this is a formula; write its value instead."),
        ("name,number\n@SUM(A1),1\n", "Row 2, column A: this is a formula; write its value instead."),
        ("name,group\n,safety\n", "Row 2: a person needs a name, a number, an extension or an interface."),
        ("name,number,no\nA,1,2\n", "Row 1: the columns B and C are both called Number."),
        (
            "phone,address\n1,2\n",
            "The list has no column called Name 姓名, Number 工号, Extension 分机 or Interface 接口.",
        ),
        ("name,number\n", "The list has column names and nobody under them."),
        ("", "The list is empty."),
        (" , ,\n\n", "The list is empty."),
        ("name,number\n" + "x" * 201 + ",1\n", "Row 2, column A: the text is longer than 200 characters."),
        ("name,number\na\x07b,1\n", "Row 2, column A: this holds characters that cannot be shown."),
        ("name,number\n" + "," * 80, "Row 2 has more than 64 columns."),
        ('name,number\n"A,1\n', "Row 2: this is no CSV (unexpected end of data)."),
    ],
)
def test_what_is_wrong_is_said_with_row_and_column(text: str, expected: str) -> None:
    assert said(text.encode()) == [expected]


def test_many_problems_are_said_shortly() -> None:
    lines = said(("name,flex\n" + "A,perhaps\n" * 500).encode())
    assert len(lines) == 21
    assert lines[-1] == "And 480 more rows cannot be read."


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"x" * (MAX_BYTES + 1), "larger than 16 MB"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "old Excel"),
        (b"\x7fELF\x02\x01\x01" + bytes(64), "neither a CSV"),
        (b"\x89PNG\r\n\x1a\n\xff\xff\xff", "neither a CSV"),
        (b"PK\x03\x04garbage", "damaged"),
        (("name\n" + "A\n" * (MAX_ROWS + 5)).encode(), "more than 20000 rows"),
    ],
)
def test_what_is_no_list_at_all(data: bytes, expected: str) -> None:
    assert expected in said(data)[0]


def test_a_formula_cell_is_refused_whatever_it_shows() -> None:
    assert said(sheet(["name", "number"], ["A", '=HYPERLINK("http://x","1")'])) == [
        "Row 2, column B: this is a formula; write its value instead."
    ]


def packed(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in files.items():
            package.writestr(name, data)
    return out.getvalue()


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_a_package_that_unpacks_to_far_too_much() -> None:
    assert "unpacks" in said(packed({"xl/worksheets/sheet1.xml": bytes(100 << 20)}))[0]


def test_a_package_whose_xml_declares_entities() -> None:
    files = unpacked(sheet(["name"], ["A"]))
    files["xl/workbook.xml"] = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
    assert "declarations" in said(packed(files))[0]


def test_a_package_without_a_workbook() -> None:
    assert "damaged" in said(packed({"hello.txt": b"hello"}))[0]


def test_a_sheet_whose_only_row_is_the_last_one() -> None:
    files = unpacked(sheet(["name", "number"], ["A", 1]))
    name = "xl/worksheets/sheet1.xml"
    files[name] = files[name].replace(b'r="2"', b'r="1048576"').replace(b'r="A2"', b'r="A1048576"')
    assert said(packed(files))


def test_a_file_that_is_not_there_or_not_ours(tmp_path: Path) -> None:
    assert str(tmp_path / "no.csv") in read_roster(tmp_path / "no.csv").problems[0].english()
    assert read_roster(tmp_path).problems
    if os.geteuid():
        (tmp_path / "mine.csv").write_text("name\nA\n")
        (tmp_path / "mine.csv").chmod(0)
        assert read_roster(tmp_path / "mine.csv").problems


rows = st.lists(
    st.builds(
        PersonRow,
        name=st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=20).map(
            lambda text: " ".join(text.split()) or "x"
        ),
        number=st.from_regex(r"[0-9]{0,6}", fullmatch=True),
        extensions=st.lists(st.from_regex(r"[0-9]{3,5}", fullmatch=True), max_size=2, unique=True).map(tuple),
        interfaces=st.lists(
            st.from_regex(r"(PJSIP|SIP)/[a-z0-9@/-]{1,10}", fullmatch=True), max_size=2, unique=True
        ).map(tuple),
        group=st.sampled_from(["", "账户安全", "orders"]),
        rostered=st.sampled_from([True, False, None]),
        absent=st.booleans(),
        flex=st.booleans(),
        trainer=st.booleans(),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@given(people=rows, suffix=st.sampled_from([".csv", ".xlsx"]), chinese=st.booleans())
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, people: list[PersonRow], suffix: str, *, chinese: bool
) -> None:
    path = tmp_path_factory.mktemp("list") / f"people{suffix}"
    assert write_roster(path, people, chinese=chinese) is None
    read = read_roster(path)
    if read.problems:  # two of them share something: said, and nothing taken
        assert all("already" in problem.english() for problem in read.problems)
        return
    without = [PersonRow(**{**{f: getattr(p, f) for f in p.__struct_fields__}, "row": 0}) for p in read.rows]
    assert without == people
    assert list(path.parent.iterdir()) == [path]


def test_a_name_that_looks_like_a_formula_does_no_harm_in_a_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    hostile = PersonRow(name="=cmd|' /C calc'!A0", number="1")
    assert write_roster(path, [hostile], chinese=False) is None
    active = openpyxl.load_workbook(path).active
    assert active is not None
    assert active["B2"].data_type == "s"
    assert read_roster(path).rows[0].name == hostile.name


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    problem = write_roster(tmp_path / "nowhere" / "people.csv", [PersonRow(name="A")], chinese=True)
    assert problem is not None
    assert "cannot be used" in problem.english()


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_are_too_odd(data: bytes) -> None:
    roster = roster_of(data)
    assert bool(roster.rows) != bool(roster.problems)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), min_size=1, max_size=8))
def test_no_damage_to_a_sheet_is_too_odd(flips: list[tuple[int, int]]) -> None:
    data = bytearray(SHEET)
    for place, value in flips:
        data[place % len(data)] = value
    roster = roster_of(bytes(data))
    assert bool(roster.rows) != bool(roster.problems)


SHEET = sheet(["工号", "姓名"], [1, "A"], [2, "B"])


def test_a_list_mends_the_directory() -> None:
    roster = roster_of(ENGLISH.replace("safety", "").encode())
    people, problems = Directory().mend(roster.rows)
    assert not problems
    assert people.people["1001"].name == "Alice"


def test_columns_are_called_as_a_spreadsheet_calls_them() -> None:
    assert [column_name(number) for number in (0, 25, 26, 63)] == ["A", "Z", "AA", "BL"]
    assert len(COLUMNS) == 9
