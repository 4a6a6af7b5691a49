"""Who works here and where: clinics, their people, what each of them may do, and what each of them did."""

import uuid

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class Region(models.TextChoices):
    """Whose drug licenses and reference ranges a clinic works under."""

    US = "us", _("United States")
    UK = "uk", _("United Kingdom")
    EU = "eu", _("European Union")
    OTHER = "other", _("Another region")


class Clinic(models.Model):
    """A place that shares its patients. A clinician sees the patients of their own clinic and no others."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=120, unique=True)
    region = models.CharField(_("region"), max_length=5, choices=Region, default=Region.OTHER)
    phone = models.CharField(_("phone"), max_length=40, blank=True, help_text=_("Printed on the patient's leaflet."))
    emergency_phone = models.CharField(
        _("emergency phone"), max_length=40, blank=True, help_text=_("Where a patient calls with a new weakness.")
    )
    address = models.TextField(_("address"), max_length=400, blank=True)
    two_person_approval = models.BooleanField(
        _("two-person approval"), default=True, help_text=_("A change of wording is approved by someone else.")
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("clinic")
        verbose_name_plural = _("clinics")
        constraints = [
            models.CheckConstraint(condition=models.Q(region__in=Region.values), name="clinic_region_is_known"),
        ]

    def __str__(self) -> str:
        return self.name


class PathwayUserManager(UserManager):
    def create_user(self, username, email=None, password=None, **fields):
        """Without Django's own two flags, which follow from the roles here."""
        return self._create_user(username, email, password, **fields)

    def create_superuser(self, username, email=None, password=None, **fields):
        """The first administrator, for `manage.py createsuperuser`."""
        return self.create_user(username, email, password, is_administrator=True, **fields)


ROLES = ("is_clinician", "is_wording_editor", "is_administrator", "is_auditor")


class User(AbstractUser):
    """A person who signs in. What they may do follows from four roles; Django's groups and superusers are not used."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, null=True, blank=True, verbose_name=_("clinic"))
    printed_name = models.CharField(
        _("printed name"), max_length=120, blank=True, help_text=_("As it stands on a signed plan: Dr Ada Marsh.")
    )
    professional_id = models.CharField(_("professional number"), max_length=40, blank=True)
    is_clinician = models.BooleanField(_("clinician"), default=False)
    is_wording_editor = models.BooleanField(_("wording editor"), default=False)
    is_administrator = models.BooleanField(_("administrator"), default=False)
    is_auditor = models.BooleanField(
        _("auditor"), default=False, help_text=_("Reads who saw and did what. Cannot be combined with another role.")
    )

    administrator_proposed_by = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("administrator, proposed by"),
    )
    """Until another administrator confirms it."""

    is_superuser = False
    groups = None
    user_permissions = None

    objects = PathwayUserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(is_administrator=True, is_clinician=True),
                name="user_is_not_administrator_and_clinician",
                violation_error_message=_("One person cannot be both an administrator and a clinician."),
            ),
            models.CheckConstraint(
                condition=models.Q(administrator_proposed_by=None)
                | (models.Q(is_administrator=False) & ~models.Q(administrator_proposed_by=models.F("id"))),
                name="user_proposed_by_someone_else",
            ),
            models.CheckConstraint(
                condition=models.Q(is_auditor=False)
                | models.Q(is_clinician=False, is_wording_editor=False, is_administrator=False),
                name="user_auditor_has_no_other_role",
                violation_error_message=_("An auditor cannot have another role: they look at what the others did."),
            ),
        ]

    def __str__(self) -> str:
        return self.printed_name or self.username

    @property
    def is_staff(self) -> bool:
        """May this person enter the Django admin?"""
        return self.is_administrator or self.is_wording_editor or self.is_clinician

    @property
    def role(self) -> str:
        """The person's roles in words."""
        return ", ".join(str(self._meta.get_field(name).verbose_name) for name in ROLES if getattr(self, name))

    def has_module_perms(self, app_label: str) -> bool:
        """What each role manages in the Django admin: administrators the accounts, editors the wording, and editors
        and clinicians the clinical cases, which hold fictional patients only."""
        managed = {
            "accounts": self.is_administrator,
            "wording": self.is_wording_editor,
            "exchange": self.is_clinician or self.is_wording_editor,
        }
        return self.is_active and managed.get(app_label, False)

    def has_perm(self, perm: str, obj=None) -> bool:
        return self.has_module_perms(perm.partition(".")[0])


class Reset(models.Model):
    """That a person's way to sign in begins anew, by a link. `resets.py` holds the steps.

    Confirmed by another than who proposed it, unless one was enough (`is_alone`): for a first sign-in, and for whoever
    runs the service.
    """

    person = models.ForeignKey(User, models.PROTECT, related_name="resets")
    proposed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    is_alone = models.BooleanField(default=False)
    link_hash = models.CharField(max_length=64, blank=True, db_index=True)
    link_until = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-proposed_at"]
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=models.Q(confirmed_at=None), name="reset_waits_once"),
            models.CheckConstraint(
                condition=~models.Q(proposed_by=models.F("person")) & ~models.Q(confirmed_by=models.F("person")),
                name="reset_is_not_ones_own",
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_at=None, confirmed_by=None, link_hash="", used_at=None)
                | models.Q(is_alone=True, confirmed_by=None)
                | (
                    models.Q(is_alone=False, confirmed_by__isnull=False, proposed_by__isnull=False)
                    & ~models.Q(confirmed_by=models.F("proposed_by"))
                ),
                name="reset_confirmed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.proposed_at:%Y-%m-%d}"


class SiteState(models.Model):
    """What this database is for. One row at most; without it the database serves real patients."""

    class Kind(models.TextChoices):
        DEMO = "demo", _("Demo: fictional patients only")

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    loaded_on = models.DateField(help_text=_("The day that the dates of the demo's visits count from."))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="site_state_is_one_row"),
            models.CheckConstraint(condition=models.Q(kind="demo"), name="site_state_kind_is_known"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @classmethod
    def is_demo(cls) -> bool:
        return cls.objects.filter(kind=cls.Kind.DEMO).exists()


class AuditEvent(models.Model):
    """That someone saw or did something: who, what, when and about which patient, never what it said.

    Written once, by `audit.record` (the database refuses the rest, `audit.WRITTEN_ONCE`). `seq` counts from 1 without a
    gap, and each event holds the hash of the one before it, so that a changed or missing event shows.
    """

    class Action(models.TextChoices):
        READ = "read", _("Read")
        SEARCH = "search", _("Search")
        CREATE = "create", _("Create")
        CHANGE = "change", _("Change")
        SIGN = "sign", _("Sign")
        PRINT = "print", _("Print")
        EXPORT = "export", _("Export")
        SIGN_IN = "sign_in", _("Sign in")
        SIGN_IN_FAILED = "sign_in_failed", _("Failed sign-in")
        SIGN_OUT = "sign_out", _("Sign out")
        ROLE_CHANGE = "role_change", _("Change of roles")
        DELETE = "delete", _("Delete")
        CREDENTIALS = "credentials", _("Password or second factor")
        CONFIRM = "confirm", _("Confirm identity")
        EMERGENCY = "emergency", _("Emergency access")
        LOOK_BACK = "look_back", _("Review of emergency access")

    class Outcome(models.TextChoices):
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")

    seq = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=80, blank=True)
    clinic = models.ForeignKey(Clinic, models.PROTECT, null=True, related_name="+")
    patient = models.UUIDField(null=True)
    object_type = models.CharField(max_length=20, blank=True)
    object_id = models.CharField(max_length=40, blank=True)
    action = models.CharField(max_length=14, choices=Action)
    outcome = models.CharField(max_length=7, choices=Outcome)
    reason = models.CharField(max_length=200, blank=True)
    request_id = models.CharField(max_length=32, blank=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["-seq"]
        indexes = [
            models.Index(fields=["patient", "-seq"], name="audit_of_a_patient"),
            models.Index(fields=["actor", "-seq"], name="audit_of_a_person"),
            models.Index(fields=["at"], name="audit_of_a_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    action__in=[
                        "read", "search", "create", "change", "sign", "print", "export",
                        "sign_in", "sign_in_failed", "sign_out", "role_change", "delete", "credentials",
                        "confirm", "emergency", "look_back",
                    ]
                ),
                name="audit_action_is_known",
            ),
            models.CheckConstraint(condition=models.Q(outcome__in=["done", "refused"]), name="audit_outcome_is_known"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"

    @property
    def role_said(self) -> str:
        """The roles that the person had then: "clinician, wording editor"."""
        return self.role.replace(" ", ", ").replace("_", " ")


class AuditHead(models.Model):
    """The last event of the audit trail. One row; writing the next event locks it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    seq = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="audit_head_is_one_row")]

    def __str__(self) -> str:
        return f"{self.seq} {self.hash}"
