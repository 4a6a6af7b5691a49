"""Loading the wording is safe to repeat, and never overwrites what a person edited."""

import shutil
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.conf import settings
from django.core.checks import Tags, run_checks
from django.core.management import CommandError, call_command

from pathway.wording.models import Release, Statement, StatementRevision
from tests import make

pytestmark = pytest.mark.django_db
FOLDER = settings.BASE_DIR / "fixtures" / "wording"
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path):
    """A copy of the files, to change."""
    shutil.copytree(FOLDER, tmp_path / "wording")
    return tmp_path / "wording"


def load(folder=FOLDER) -> str:
    out = StringIO()
    call_command("load_wording", folder=folder, stdout=out)
    return out.getvalue()


def change(folder, old, new, file="notices.toml"):
    path = folder / "release-1" / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_loading_twice_changes_nothing():
    load()
    stamp = Release.objects.get().stamp
    assert "0 sentences added, 0 changed" in load()
    assert Release.objects.get().stamp == stamp
    assert StatementRevision.objects.count() == Statement.objects.count()


def test_an_untouched_sentence_follows_the_files_and_keeps_its_earlier_text(folder):
    load()
    change(folder, "Degrees, not percent", "In degrees")
    assert "0 sentences added, 1 changed" in load(folder)
    notice = Statement.objects.get(key="kyphosis_unit", audience="clinician")
    assert (notice.heading, notice.revision) == ("In degrees", 2)
    assert notice.revisions.last().heading == "Degrees, not percent"


def test_an_edited_sentence_is_left_alone_and_named(folder):
    load()
    notice = Statement.objects.get(key="kyphosis_unit", audience="clinician")
    Statement.objects.filter(pk=notice.pk).update(heading="Our heading", revision=2)
    notice.refresh_from_db()
    notice.keep(by=make.user(), at=AT, reason="Ours, from before there were drafts.")
    change(folder, "Degrees, not percent", "In degrees")
    assert "Left as it is here: Notice kyphosis_unit (clinician)" in load(folder)
    notice.refresh_from_db()
    assert notice.heading == "Our heading"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("$angle_error", "$angle_eror", r"names “\$angle_eror”"),
        ("within $angle_error", "within 3 degrees", r"Name it: \$angle_error"),
        ('"D5"]', '"D99"]', "No source is registered as “D99”"),
        ('key = "near_limit"', 'key = "far_limit"', "no notice “near_limit” for the clinician"),
        ('strength = "project"', 'strength = "sure"', "“sure” is no strength"),
        ('kind = "notice"', "kind = ", "cannot be read"),
        ('key = "near_limit"', "", "cannot be read"),
    ],
)
def test_a_faulty_file_loads_nothing_and_says_where(folder, old, new, sentence):
    change(folder, old, new)
    with pytest.raises(CommandError, match=sentence):
        load(folder)
    assert not Statement.objects.exists()


def test_a_folder_without_a_release_is_named(tmp_path):
    with pytest.raises(CommandError, match="No release"):
        load(tmp_path)


def deploy_errors() -> list[str]:
    found = run_checks(tags=[Tags.database], include_deployment_checks=True, databases=["default"])
    return [error.id for error in found if error.id.startswith("wording")]


def test_the_deploy_check_wants_every_sentence():
    assert deploy_errors() == ["wording.E002"]
    load()
    assert deploy_errors() == []
    Statement.objects.filter(key="under_50", audience="patient").update(key="under_fifty")
    assert deploy_errors() == ["wording.E003", "wording.E003"]
