"""Patients from a CSV file: looked at line by line, added all or nobody, by the page and by the command."""

from datetime import date
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from pathway.accounts.models import AuditEvent
from pathway.clinic.models import Patient
from pathway.exchange import patient_csv
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
        (b"\xff\xfe\x00", "not UTF-8"),
        (HEADING.encode(), "holds no patient"),
        (b"family_name,given_name,date_of_birth,sex,name\n", "unknown columns: name"),
        (f"{HEADING},sex\nx\n".encode(), "names a column twice"),
        (f'{HEADING}\n"Singh'.encode(), "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(signed_in, content, sentence):
    page = signed_in.post("/data/", {"file": SimpleUploadedFile("patients.csv", content)})
    assert page.status_code == 422
    assert sentence in page.content.decode()


def test_the_command_looks_and_adds_too(clinician, tmp_path):
    file, printed = tmp_path / "patients.csv", StringIO()
    file.write_text(GOOD)
    call_command("import_patients", file, by="marsh", stdout=printed)
    assert not Patient.objects.exists()
    call_command("import_patients", file, by="marsh", add=True, stdout=printed)
    assert "2 patients were added." in printed.getvalue()
    with pytest.raises(CommandError, match="No clinician"):
        call_command("import_patients", file, by="nobody")
