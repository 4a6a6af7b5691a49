"""Patients from a CSV file: looked at line by line, added all or nobody, by the page and by the command."""

from datetime import date
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pathway.accounts import audit
from pathway.accounts.models import AuditEvent
from pathway.clinic.models import Patient
from pathway.clinic.text import fold
from pathway.exchange import clinic_csv, patient_csv
from pathway.exchange.patient_file import DateOrder
from pathway.exchange.views import data
from tests import make

HEADING = "family_name,given_name,date_of_birth,sex,hospital_number,nhs_number"
GOOD = f"{HEADING}\nSingh,Harjit,1957-07-21,male,RX 1,\nMurphy,Eileen,1943-11-30,female,,999 056 3381\n"


@pytest.fixture
def clinician(db):
    return make.clinician(username="marsh")


@pytest.fixture
def signed_in(client, clinician):
    client.force_login(clinician)
    return client


def fates(text: str | bytes, clinician) -> list[tuple[int, str]]:
    content = text.encode() if isinstance(text, str) else text
    report = patient_csv.check(content, clinician.clinic, clinician, date(2026, 11, 22))
    assert not report.unreadable, report.unreadable
    return [(row.line, str(row.fate)) for row in report.rows]


def send(client, text: str, **said):
    return client.post("/data/", {"file": SimpleUploadedFile("patients.csv", text.encode()), **said})


def test_a_look_at_a_file_adds_nobody_and_adding_adds_everybody(signed_in, clinician):
    page = send(signed_in, GOOD)
    assert "New: 2." in page.content.decode()
    assert not Patient.objects.exists()
    send(signed_in, GOOD, add="on")
    harjit, eileen = Patient.objects.order_by("-folded_family")
    assert (harjit.name, harjit.date_of_birth, harjit.sex, harjit.clinic) == (
        "SINGH, Harjit", date(1957, 7, 21), "male", clinician.clinic)  # fmt: skip
    assert (eileen.national_id, eileen.national_id_scheme) == ("9990563381", "gb.nhs")
    made = AuditEvent.objects.filter(action="create", reason="from a file")
    assert {event.patient for event in made} == {harjit.pk, eileen.pk}


def test_the_same_file_again_finds_everybody_here_already(signed_in, clinician):
    send(signed_in, GOOD, add="on")
    assert fates(GOOD, clinician) == [(2, "known"), (3, "known")]
    send(signed_in, GOOD, add="on")
    assert Patient.objects.count() == 2


def test_one_refused_line_keeps_everybody_out(signed_in):
    page = send(signed_in, GOOD + "X,Y,1900-13-01,male,RX 9,\n", add="on")
    assert page.status_code == 422
    assert "Nobody was added" in page.content.decode()
    assert not Patient.objects.exists()


@pytest.mark.parametrize(
    "line",
    [
        "Singh,,1957-07-21,male,RX 1,",
        "Singh,Harjit,21/07/1957,male,RX 1,",
        "Singh,Harjit,2057-07-21,male,RX 1,",
        "Singh,Harjit,1957-07-21,m,RX 1,",
        "Singh,Harjit,1957-07-21,male,,",
        "Singh,Harjit,1957-07-21,male,,9990563382",
        "Singh,Harjit,1957-07-21,male",
        "Singh,Harjit,1957-07-21,male,RX 1,,more",
        "Si\u202engh,Harjit,1957-07-21,male,RX 1,",
    ],
)
def test_what_a_form_would_refuse_is_refused_with_a_sentence(clinician, line):
    report = patient_csv.check(f"{HEADING}\n{line}\n".encode(), clinician.clinic, clinician, date(2026, 11, 22))
    (row,) = report.rows
    assert row.fate == "refused"
    assert all(sentence.endswith(".") for sentence in row.sentences)


def test_duplicates_are_shown_with_whom_they_meet(clinician):
    make.patient(clinic=clinician.clinic, hospital_number="RX 7")
    text = f"""{HEADING}
Other,Person,1950-01-01,female,RX 7,
Ókafor,Maggie,1948-03-09,female,RX 8,
Singh,Harjit,1957-07-21,male,RX 1,
Singh,Harjit,1957-07-21,male,RX 2,
Nowak,Piotr,1951-02-14,male,rx-1,
"""
    report = patient_csv.check(text.encode(), clinician.clinic, clinician, date(2026, 11, 22))
    assert [row.fate for row in report.rows] == ["refused", "alike", "new", "refused", "refused"]
    assert "OKAFOR, Margaret, born 09-Mar-1948" in report.rows[0].sentences[0]
    assert "line 4" in report.rows[3].sentences[0]
    assert "line 4" in report.rows[4].sentences[0]


def test_patients_who_are_alike_are_added_once_someone_looked(signed_in, clinician):
    make.patient(clinic=clinician.clinic)
    text = f"{HEADING}\nOkafor,Maggie,1948-03-09,female,RX 8,\n"
    assert send(signed_in, text, add="on").status_code == 422
    assert send(signed_in, text, add="on", alike_too="on").status_code == 302
    assert Patient.objects.count() == 2


def test_another_clinics_patients_are_not_looked_at(clinician):
    make.patient(hospital_number="RX 1")
    assert fates(GOOD, clinician) == [(2, "new"), (3, "new")]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "no column family_name"),
        (b"\xff\xfe\x00", "is not text that can be read"),
        (b"ab\x81\x8d", "is not text that can be read"),
        (b"PK\x03\x04\x14\x00", "save it as CSV UTF-8, and choose that file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "save it as CSV UTF-8, and choose that file"),
        (f"{HEADING},middle_name,\n".encode(), "unknown columns: middle_name, &quot;&quot;. Take them out."),
        (HEADING.encode(), "holds no patient"),
        (b"family_name,given_name,date_of_birth,sex,name\n", "unknown columns: name"),
        (f"{HEADING},sex\nx\n".encode(), "names a column twice: sex"),
        (f'{HEADING}\n"Singh'.encode(), "Line 2 cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(signed_in, content, sentence):
    page = signed_in.post("/data/", {"file": SimpleUploadedFile("patients.csv", content)})
    assert page.status_code == 422
    assert sentence in page.content.decode()


def checked(content: str | bytes, clinician, order=DateOrder.YEAR) -> patient_csv.Report:
    content = content.encode() if isinstance(content, str) else content
    report = patient_csv.check(content, clinician.clinic, clinician, date(2026, 11, 22), order=order)
    assert not report.unreadable, report.unreadable
    return report


PÉREZ = "Family Name;Given-name;DATE OF BIRTH;sex;hospital_number\r\nPérez;Zoë;1957-07-21;Female;RX 1\r\n"


@pytest.mark.parametrize(
    ("content", "notes"),
    [
        (PÉREZ.encode(), 0),
        (PÉREZ.encode("utf-8-sig"), 0),
        (b"sep=;\r\n" + PÉREZ.encode(), 0),
        (PÉREZ.encode("cp1252"), 1),
        (PÉREZ.replace(";", "\t").encode("utf-16"), 0),
        (PÉREZ.replace("Pérez", '"Pérez"').encode(), 0),
        ((PÉREZ + ";;;;\r\n\r\n").encode(), 0),
    ],
)
def test_files_as_spreadsheet_programs_write_them_are_read(clinician, content, notes):
    report = checked(content, clinician)
    assert [(row.name, row.line, str(row.fate)) for row in report.rows] == [
        ("PÉREZ, Zoë", 2 + content.startswith(b"sep"), "new")
    ]
    assert len(report.notes) == notes


@pytest.mark.parametrize(
    ("said", "order", "born"),
    [
        ("03/04/1948", DateOrder.DAY, date(1948, 4, 3)),
        ("03/04/1948", DateOrder.MONTH, date(1948, 3, 4)),
        ("3.4.1948", DateOrder.DAY, date(1948, 4, 3)),
        ("1948-04-03", DateOrder.MONTH, date(1948, 4, 3)),
        ("03/04/1948", DateOrder.YEAR, "begins with the day or with the month"),
        ("21/07/1957", DateOrder.MONTH, "that day does not exist"),
        ("03/04/48", DateOrder.DAY, "03/04/48 is not a date like 1948-03-09."),
        ("17626", DateOrder.DAY, "is not a date like"),
        ("", DateOrder.DAY, "is not a date like"),
    ],
)
def test_a_date_that_can_be_read_in_two_ways_waits_for_a_word(clinician, said, order, born):
    (row,) = checked(f"{HEADING}\nSingh,Harjit,{said},male,RX 1,\n", clinician, order).rows
    assert (row.patient.date_of_birth if row.patient else "") == (born if isinstance(born, date) else "")
    assert isinstance(born, date) or born in row.sentences[0]


def test_the_page_asks_which_comes_first(signed_in):
    text = f"{HEADING}\nSingh,Harjit,03/04/1957,male,RX 1,\n"
    assert "Refused: 1." in send(signed_in, text).content.decode()
    send(signed_in, text, order="day", add="on")
    assert Patient.objects.get().date_of_birth == date(1957, 4, 3)


def test_the_lines_are_those_of_the_file_where_a_cell_has_several(clinician):
    text = f'{HEADING}\n"Sin\ngh",Harjit,1957-07-21,male,RX 1,\nMurphy,Eileen,x,female,RX 2,\n'
    rows = checked(text, clinician).rows
    assert [(row.line, str(row.fate)) for row in rows] == [(2, "refused"), (4, "refused")]
    assert all(sentence.endswith(".") for row in rows for sentence in row.sentences)


def test_a_line_that_stands_twice_is_left_out_once(clinician):
    line = "Singh,Harjit,1957-07-21,male,RX 1,\n"
    first, second = checked(f"{HEADING}\n{line}{line}", clinician).rows
    assert (first.fate, second.fate, second.sentences) == ("new", "known", ["The same patient as on line 2."])


@pytest.mark.parametrize("name", ["Okaphor,Maggie", "Ocafor,Margaret", "Margaret,Okafor"])
def test_another_spelling_of_a_patient_who_is_here_is_alike(clinician, name):
    make.patient(clinic=clinician.clinic)
    assert fates(f"{HEADING}\n{name},1948-03-09,female,RX 8,\n", clinician) == [(2, "alike")]
    assert fates(f"{HEADING}\n{name},1948-03-10,female,RX 8,\n", clinician) == [(2, "new")]


def test_another_spelling_on_a_line_above_is_alike(clinician):
    """One person typed twice with a slip: two records of them would each be without the other's findings."""
    lines = ("Weaver,Alma,1950-01-01,female,ZZ 1,", "Weever,Alma,1950-01-01,female,ZZ 2,",
             "Alma,Weaver,1950-01-01,female,ZZ 3,", "Weaver,Alma,1950-01-02,female,ZZ 4,")  # fmt: skip
    report = patient_csv.check(
        "\n".join((HEADING, *lines, "")).encode(), clinician.clinic, clinician, date(2026, 11, 22)
    )
    assert [row.fate for row in report.rows] == ["new", "alike", "alike", "new"]
    assert report.rows[1].sentences == ["Alike: WEAVER, Alma on line 2."]
    assert report.rows[2].sentences == ["Alike: WEAVER, Alma on line 2."]


def test_patients_of_an_export_are_read_again_elsewhere(clinician):
    make.patient(clinic=clinician.clinic, family_name="=1+1", given_name="'t", preferred_name="-2+3")
    make.patient(clinic=clinician.clinic, family_name="Singh", sex="", national_id="9990563381",
                 national_id_scheme="gb.nhs")  # fmt: skip
    make.patient(clinic=clinician.clinic, family_name="Doe", deceased_on=date(2026, 1, 3))
    made = BytesIO()
    clinic_csv.write(clinician.clinic, made)
    report = checked(ZipFile(made).read("patients.csv"), make.clinician())
    found = {row.patient.family_name: row.patient for row in report.rows if row.patient}
    assert found.keys() == {"=1+1", "Singh"}
    assert (found["=1+1"].given_name, found["=1+1"].preferred_name) == ("'t", "-2+3")
    assert (found["Singh"].sex, found["Singh"].national_id_scheme) == ("", "gb.nhs")
    assert [row.sentences for row in report.rows if not row.patient] == [["The patient has died."]]


def test_checking_asks_no_more_statements_for_many_lines_than_for_few(clinician, django_assert_num_queries):
    for many in (2, 200):
        lines = "".join(f"Family{number},Given,1950-01-01,female,N {number},\n" for number in range(many))
        with django_assert_num_queries(1):
            assert patient_csv.check(
                f"{HEADING}\n{lines}".encode(), clinician.clinic, clinician, date(2026, 11, 22)
            ).rows


def many(number: int, named: str) -> bytes:
    lines = "".join(f"{named}{one},Given,{1940 + one}-01-01,female,{named} {one},\n" for one in range(number))
    return f"{HEADING}\n{lines}".encode()


def test_adding_asks_no_more_statements_for_many_patients_than_for_few(clinician):
    """All of them are found by their folded names, and each has its event in an unbroken chain."""
    statements = []
    audit.record("read", actor=clinician, at=timezone.now())
    for number, named in ((2, "Few"), (40, "Many")):
        report = checked(many(number, named), clinician)
        with CaptureQueriesContext(connection) as asked:
            assert patient_csv.add(report, clinician, timezone.now()) == number
        statements.append(len([query for query in asked if "SAVEPOINT" not in query["sql"]]))
    assert statements[0] == statements[1]
    assert Patient.objects.get(folded_family=fold("Many39")).folded_hospital_number == fold("Many 39")
    made = AuditEvent.objects.filter(action="create", actor=clinician, clinic_id=clinician.clinic_id)
    assert set(made.values_list("patient", flat=True)) == set(Patient.objects.values_list("pk", flat=True))
    assert {event.object_id for event in made} == {str(event.patient) for event in made}
    assert list(audit.faults()) == []


def test_who_was_added_a_moment_ago_keeps_everybody_out(signed_in, clinician, monkeypatch):
    """In another batch than the first, which is taken back."""
    monkeypatch.setattr(patient_csv, "ROWS_AT_ONCE", 1)
    looked = patient_csv.check

    def and_someone_adds(*args, **kwargs):
        report = looked(*args, **kwargs)
        make.patient(clinic=clinician.clinic, hospital_number="New 2")
        return report

    monkeypatch.setattr(patient_csv, "check", and_someone_adds)
    send(signed_in, many(3, "New").decode(), add="on")
    assert [patient.hospital_number for patient in Patient.objects.all()] == ["New 2"]
    assert "Nobody was added: look again." in signed_in.get("/data/").content.decode()
    assert not AuditEvent.objects.filter(reason="from a file").exists()
    assert list(audit.faults()) == []


def test_a_line_knows_nothing_of_the_line_before_it(clinician):
    text = f"{HEADING},title\nSingh,Harjit,1957-07-21,male,RX 1,9990563381,Dr\n,,1957-07-22,male,,,\n" \
           "Nowak,Piotr,1951-02-14,not_known,RX 2,,\n"  # fmt: skip
    singh, refused, nowak = checked(text, clinician).rows
    assert (singh.patient.title, singh.patient.national_id, singh.fate) == ("Dr", "9990563381", "new")
    assert (refused.fate, len(refused.sentences)) == ("refused", 3)
    assert (nowak.patient.title, nowak.patient.national_id, nowak.patient.sex, nowak.sentences) == ("", "", "", [])


def test_more_than_a_page_can_take_is_left_to_the_command(signed_in, monkeypatch):
    monkeypatch.setattr(data, "MOST_ON_THE_PAGE", 1)
    assert "by the command import_patients" in send(signed_in, GOOD).content.decode()


def test_the_command_looks_and_adds_too(clinician, tmp_path):
    file, printed = tmp_path / "patients.csv", StringIO()
    file.write_text(GOOD)
    call_command("import_patients", file, by="marsh", stdout=printed)
    assert not Patient.objects.exists()
    call_command("import_patients", file, by="marsh", add=True, stdout=printed)
    assert "2 patients were added." in printed.getvalue()
    file.write_bytes(f"{HEADING}\nPérez,Zoë,03/04/1957,male,RX 3,\n".encode("cp1252"))
    call_command("import_patients", file, by="marsh", dates="month", add=True, stdout=printed)
    assert "read as Windows-1252" in printed.getvalue()
    assert Patient.objects.get(family_name="Pérez").date_of_birth == date(1957, 3, 4)
    with pytest.raises(CommandError, match="No clinician"):
        call_command("import_patients", file, by="nobody")
    file.write_text(f"{HEADING}\nPerez,Zoe,04/03/1957,female,RX 4,\n")
    with pytest.raises(CommandError, match="looked at the patients who are alike"):
        call_command("import_patients", file, by="marsh", dates="day", stdout=printed)
    file.write_text(f"{HEADING}\nPerez,Zoe,04/03/1957,alien,RX 4,\n")
    with pytest.raises(CommandError, match="refused lines above"):
        call_command("import_patients", file, by="marsh", dates="day", stdout=printed)
