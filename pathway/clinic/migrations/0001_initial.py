import datetime
import uuid
from decimal import Decimal

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

import pathway.clinic.models.answers


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_cache_table"),
        ("accounts", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Patient",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("family_name", models.CharField(max_length=80, verbose_name="family name")),
                ("given_name", models.CharField(max_length=80, verbose_name="given name")),
                ("title", models.CharField(blank=True, default="", max_length=20, verbose_name="title")),
                (
                    "preferred_name",
                    models.CharField(blank=True, default="", max_length=80, verbose_name="preferred name"),
                ),
                ("date_of_birth", models.DateField(verbose_name="date of birth")),
                (
                    "sex",
                    models.CharField(
                        blank=True,
                        choices=[("female", "Female"), ("male", "Male")],
                        default="",
                        max_length=6,
                        verbose_name="sex for clinical use",
                    ),
                ),
                (
                    "national_id",
                    models.CharField(blank=True, default="", max_length=20, verbose_name="national number"),
                ),
                (
                    "national_id_scheme",
                    models.CharField(
                        blank=True,
                        choices=[("gb.nhs", "NHS number"), ("other", "National number")],
                        default="",
                        max_length=10,
                    ),
                ),
                (
                    "hospital_number",
                    models.CharField(blank=True, default="", max_length=20, verbose_name="hospital number"),
                ),
                ("deceased_on", models.DateField(blank=True, null=True, verbose_name="date of death")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("folded_family", models.CharField(editable=False, max_length=160)),
                ("folded_given", models.CharField(editable=False, max_length=160)),
                ("folded_national_id", models.CharField(blank=True, default="", editable=False, max_length=20)),
                ("folded_hospital_number", models.CharField(blank=True, default="", editable=False, max_length=20)),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="patients", to="accounts.clinic"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("folded_family", "folded_given", "date_of_birth"),
                "indexes": [
                    models.Index(fields=["clinic", "date_of_birth", "folded_family"], name="patient_born_named"),
                    models.Index(fields=["clinic", "folded_family", "folded_given"], name="patient_named"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("family_name"), 80
                        ),
                        name="patient_family_name_length",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("given_name"), 80
                        ),
                        name="patient_given_name_length",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("title"), 20
                        ),
                        name="patient_title_length",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("preferred_name"), 80
                        ),
                        name="patient_preferred_name_length",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("national_id"), 20
                        ),
                        name="patient_national_id_length",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("hospital_number"), 20
                        ),
                        name="patient_hospital_number_length",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("family_name", ""), _negated=True), models.Q(("given_name", ""), _negated=True)
                        ),
                        name="patient_has_names",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sex__in", ("", "female", "male"))), name="patient_sex_accepted"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("date_of_birth__gte", datetime.date(1900, 1, 1))),
                        name="patient_date_of_birth_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("deceased_on__isnull", True),
                            ("deceased_on__gte", models.F("date_of_birth")),
                            _connector="OR",
                        ),
                        name="patient_died_after_birth",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hospital_number", ""), ("national_id", ""), _negated=True),
                        name="patient_has_an_identifier",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("national_id", ""), ("national_id_scheme", "")),
                            models.Q(
                                models.Q(("national_id", ""), _negated=True),
                                ("national_id_scheme__in", ("gb.nhs", "other")),
                            ),
                            _connector="OR",
                        ),
                        name="patient_national_id_has_scheme",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("folded_national_id", ""), _negated=True),
                        fields=("clinic", "national_id_scheme", "folded_national_id"),
                        name="patient_national_id_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("folded_hospital_number", ""), _negated=True),
                        fields=("clinic", "folded_hospital_number"),
                        name="patient_hospital_number_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Fracture",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "label",
                    models.CharField(
                        help_text="How the clinic refers to it, such as: T12, fall in the garden", max_length=80
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="fractures", to="clinic.patient"
                    ),
                ),
            ],
            options={
                "ordering": ("-created_at",),
                "constraints": [
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("label"), 80
                        ),
                        name="fracture_label_length",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("label", ""), _negated=True), name="fracture_has_a_label"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                (
                    "pregnant",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known")],
                        default="",
                        max_length=24,
                        verbose_name="Pregnant",
                    ),
                ),
                (
                    "neuro_exam_done",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known")],
                        default="",
                        max_length=24,
                        verbose_name="Neurological examination done",
                    ),
                ),
                (
                    "neurological_deficit",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known")],
                        default="",
                        max_length=24,
                        verbose_name="New weakness or sensory loss",
                    ),
                ),
                (
                    "cauda_equina_symptoms",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known")],
                        default="",
                        max_length=24,
                        verbose_name="Cauda equina symptoms",
                    ),
                ),
                (
                    "cord_signs",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known")],
                        default="",
                        max_length=24,
                        verbose_name="Spinal cord signs",
                    ),
                ),
                (
                    "cancer_history",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "None"),
                            ("past", "Past"),
                            ("current", "Current"),
                            ("not_known", "Not known"),
                        ],
                        default="",
                        max_length=24,
                        verbose_name="Cancer history",
                    ),
                ),
                (
                    "unexplained_weight_loss",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known")],
                        default="",
                        max_length=24,
                        verbose_name="Unexplained weight loss",
                    ),
                ),
                (
                    "night_or_unrelenting_pain",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known")],
                        default="",
                        max_length=24,
                        verbose_name="Night pain or unrelenting pain",
                    ),
                ),
                (
                    "temperature_c",
                    pathway.clinic.models.answers.ExactDecimalField(
                        blank=True, decimal_places=4, max_digits=9, null=True, verbose_name="Temperature"
                    ),
                ),
                (
                    "infection_risk",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known")],
                        default="",
                        max_length=24,
                        verbose_name="Risk factor for infection",
                    ),
                ),
                (
                    "fracture_confirmed",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known")],
                        default="",
                        max_length=24,
                        verbose_name="Vertebral fracture seen on imaging",
                    ),
                ),
                (
                    "mechanism",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "No event"),
                            ("bend_or_lift", "Bending or lifting"),
                            ("cough_or_sneeze", "Cough or sneeze"),
                            ("fall_from_standing", "Fall from standing height or less"),
                            ("fall_from_height", "Fall from more than standing height"),
                            ("seizure", "Seizure"),
                            ("high_energy", "High-energy injury"),
                            ("not_known", "Not known"),
                        ],
                        default="",
                        max_length=24,
                        verbose_name="Mechanism",
                    ),
                ),
                ("onset_on", models.DateField(blank=True, null=True, verbose_name="Onset of symptoms")),
                (
                    "onset_precision",
                    models.CharField(
                        blank=True, choices=[("day", "Day"), ("month", "Month")], default="", max_length=5
                    ),
                ),
                (
                    "identified_on",
                    models.DateField(blank=True, null=True, verbose_name="Fracture first seen on imaging"),
                ),
                (
                    "pain_nrs",
                    models.SmallIntegerField(blank=True, null=True, verbose_name="Worst pain in the last 24 hours"),
                ),
                (
                    "previous_pain_nrs",
                    models.SmallIntegerField(blank=True, null=True, verbose_name="Worst pain at the last review"),
                ),
                (
                    "pain_course",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("improving", "Improving"),
                            ("unchanged", "Unchanged"),
                            ("worsening", "Worsening"),
                            ("not_known", "Not known"),
                        ],
                        default="",
                        max_length=24,
                        verbose_name="Course of the pain",
                    ),
                ),
                (
                    "pain_at_fracture_level",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known")],
                        default="",
                        max_length=24,
                        verbose_name="Pain at the fracture level on examination",
                    ),
                ),
                (
                    "pain_pattern",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("focal", "Focal"),
                            ("diffuse", "Diffuse"),
                            ("radicular", "Radicular"),
                            ("not_known", "Not known"),
                        ],
                        default="",
                        max_length=24,
                        verbose_name="Pain pattern",
                    ),
                ),
                ("rmdq24", models.SmallIntegerField(blank=True, null=True, verbose_name="Roland-Morris score")),
                (
                    "previous_rmdq24",
                    models.SmallIntegerField(
                        blank=True, null=True, verbose_name="Roland-Morris score at the last review"
                    ),
                ),
                (
                    "odi_percent",
                    pathway.clinic.models.answers.ExactDecimalField(
                        blank=True, decimal_places=4, max_digits=9, null=True, verbose_name="Oswestry index"
                    ),
                ),
                (
                    "previous_odi_percent",
                    pathway.clinic.models.answers.ExactDecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=9,
                        null=True,
                        verbose_name="Oswestry index at the last review",
                    ),
                ),
                (
                    "medical_management_tried",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known")],
                        default="",
                        max_length=24,
                        verbose_name="Medical management tried or not possible",
                    ),
                ),
                (
                    "mobility",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("independent", "Independent"),
                            ("aid", "With a walking aid"),
                            ("assisted", "With help from a person"),
                            ("bedbound", "Bedbound"),
                            ("not_known", "Not known"),
                        ],
                        default="",
                        max_length=24,
                        verbose_name="Mobility",
                    ),
                ),
                (
                    "days_in_bed",
                    models.SmallIntegerField(
                        blank=True, null=True, verbose_name="Days mostly in bed in the last 2 weeks"
                    ),
                ),
                (
                    "pulmonary_dysfunction",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known")],
                        default="",
                        max_length=24,
                        verbose_name="Lung disorder that kyphosis can worsen, or falling FVC",
                    ),
                ),
                (
                    "height_loss_percent",
                    pathway.clinic.models.answers.ExactDecimalField(
                        blank=True, decimal_places=4, max_digits=9, null=True, verbose_name="Vertebral body height loss"
                    ),
                ),
                (
                    "first_height_loss_percent",
                    pathway.clinic.models.answers.ExactDecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=9,
                        null=True,
                        verbose_name="Height loss on the first imaging",
                    ),
                ),
                (
                    "dorsal_wall_loss_percent",
                    pathway.clinic.models.answers.ExactDecimalField(
                        blank=True, decimal_places=4, max_digits=9, null=True, verbose_name="Dorsal wall height loss"
                    ),
                ),
                (
                    "kyphosis_degrees",
                    pathway.clinic.models.answers.ExactDecimalField(
                        blank=True, decimal_places=4, max_digits=9, null=True, verbose_name="Kyphosis angle"
                    ),
                ),
                (
                    "kyphosis_method",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("local", "Local (segmental)"),
                            ("global", "Global thoracic"),
                            ("not_known", "Not known"),
                        ],
                        default="",
                        max_length=24,
                        verbose_name="Kyphosis method",
                    ),
                ),
                (
                    "scoliosis_degrees",
                    pathway.clinic.models.answers.ExactDecimalField(
                        blank=True, decimal_places=4, max_digits=9, null=True, verbose_name="Scoliosis angle"
                    ),
                ),
                (
                    "scoliosis_preexisting",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known")],
                        default="",
                        max_length=24,
                        verbose_name="Scoliosis known before the fracture",
                    ),
                ),
                (
                    "marrow_edema",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known")],
                        default="",
                        max_length=24,
                        verbose_name="Marrow edema or fluid cleft at the painful level",
                    ),
                ),
                (
                    "bone_scan_uptake",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known")],
                        default="",
                        max_length=24,
                        verbose_name="Bone scan uptake at the painful level",
                    ),
                ),
                ("marrow_imaging_on", models.DateField(blank=True, null=True, verbose_name="MRI or bone scan")),
                (
                    "unstable_fracture",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known")],
                        default="",
                        max_length=24,
                        verbose_name="Unstable fracture",
                    ),
                ),
                (
                    "of_type",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("OF1", "OF1"),
                            ("OF2", "OF2"),
                            ("OF3", "OF3"),
                            ("OF4", "OF4"),
                            ("OF5", "OF5"),
                            ("not_known", "Not known"),
                        ],
                        default="",
                        max_length=24,
                        verbose_name="OF type (AO Spine-DGOU)",
                    ),
                ),
                (
                    "cord_compression_on_imaging",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known")],
                        default="",
                        max_length=24,
                        verbose_name="Significant cord compression on imaging",
                    ),
                ),
                (
                    "malignant_imaging_features",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known")],
                        default="",
                        max_length=24,
                        verbose_name="Imaging features of malignancy",
                    ),
                ),
                (
                    "infection_imaging_features",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known")],
                        default="",
                        max_length=24,
                        verbose_name="Imaging features of infection",
                    ),
                ),
                (
                    "t_score_spine",
                    pathway.clinic.models.answers.ExactDecimalField(
                        blank=True, decimal_places=4, max_digits=9, null=True, verbose_name="T-score, lumbar spine"
                    ),
                ),
                (
                    "t_score_femoral_neck",
                    pathway.clinic.models.answers.ExactDecimalField(
                        blank=True, decimal_places=4, max_digits=9, null=True, verbose_name="T-score, femoral neck"
                    ),
                ),
                (
                    "t_score_total_hip",
                    pathway.clinic.models.answers.ExactDecimalField(
                        blank=True, decimal_places=4, max_digits=9, null=True, verbose_name="T-score, total hip"
                    ),
                ),
                (
                    "spine_t_includes_fracture",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known")],
                        default="",
                        max_length=24,
                        verbose_name="Spine T-score includes a fractured vertebra",
                    ),
                ),
                (
                    "prior_vertebral_fractures",
                    models.SmallIntegerField(blank=True, null=True, verbose_name="Vertebral fractures before this one"),
                ),
                (
                    "new_vertebral_fractures_12_months",
                    models.SmallIntegerField(
                        blank=True, null=True, verbose_name="New vertebral fractures in 12 months"
                    ),
                ),
                (
                    "falls_last_year",
                    models.SmallIntegerField(blank=True, null=True, verbose_name="Falls in the last year"),
                ),
                (
                    "frax_major_percent",
                    pathway.clinic.models.answers.ExactDecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=9,
                        null=True,
                        verbose_name="FRAX, major fracture in 10 years",
                    ),
                ),
                (
                    "frax_hip_percent",
                    pathway.clinic.models.answers.ExactDecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=9,
                        null=True,
                        verbose_name="FRAX, hip fracture in 10 years",
                    ),
                ),
                (
                    "adjusted_calcium_mmol_l",
                    pathway.clinic.models.answers.ExactDecimalField(
                        blank=True, decimal_places=4, max_digits=9, null=True, verbose_name="Adjusted calcium"
                    ),
                ),
                (
                    "vitamin_d_nmol_l",
                    pathway.clinic.models.answers.ExactDecimalField(
                        blank=True, decimal_places=4, max_digits=9, null=True, verbose_name="Vitamin D (25-OH)"
                    ),
                ),
                (
                    "creatinine_umol_l",
                    pathway.clinic.models.answers.ExactDecimalField(
                        blank=True, decimal_places=4, max_digits=9, null=True, verbose_name="Creatinine"
                    ),
                ),
                (
                    "weight_kg",
                    pathway.clinic.models.answers.ExactDecimalField(
                        blank=True, decimal_places=4, max_digits=9, null=True, verbose_name="Weight"
                    ),
                ),
                (
                    "egfr",
                    pathway.clinic.models.answers.ExactDecimalField(
                        blank=True, decimal_places=4, max_digits=9, null=True, verbose_name="eGFR"
                    ),
                ),
                (
                    "crp_mg_l",
                    pathway.clinic.models.answers.ExactDecimalField(
                        blank=True, decimal_places=4, max_digits=9, null=True, verbose_name="CRP"
                    ),
                ),
                ("esr_mm_h", models.SmallIntegerField(blank=True, null=True, verbose_name="ESR")),
                ("hemoglobin_g_l", models.SmallIntegerField(blank=True, null=True, verbose_name="Hemoglobin")),
                (
                    "myeloma_screen",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("normal", "Normal"),
                            ("abnormal", "Abnormal"),
                            ("not_done", "Not done"),
                            ("not_known", "Not known"),
                        ],
                        default="",
                        max_length=24,
                        verbose_name="Myeloma screen",
                    ),
                ),
                (
                    "inr",
                    pathway.clinic.models.answers.ExactDecimalField(
                        blank=True, decimal_places=4, max_digits=9, null=True, verbose_name="INR"
                    ),
                ),
                ("platelets_10_9_l", models.SmallIntegerField(blank=True, null=True, verbose_name="Platelets")),
                (
                    "bone_medicine",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "None"),
                            ("oral_bisphosphonate", "Oral bisphosphonate"),
                            ("iv_bisphosphonate", "Intravenous bisphosphonate"),
                            ("denosumab", "Denosumab"),
                            ("teriparatide", "Teriparatide"),
                            ("abaloparatide", "Abaloparatide"),
                            ("romosozumab", "Romosozumab"),
                            ("raloxifene", "Raloxifene"),
                            ("hrt", "Hormone replacement"),
                            ("not_known", "Not known"),
                        ],
                        default="",
                        max_length=24,
                        verbose_name="Bone medicine taken now",
                    ),
                ),
                (
                    "denosumab_last_dose_on",
                    models.DateField(blank=True, null=True, verbose_name="Last dose of denosumab"),
                ),
                (
                    "gi_bleed_or_ulcer",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known")],
                        default="",
                        max_length=24,
                        verbose_name="Active or recent gastrointestinal bleed or ulcer",
                    ),
                ),
                (
                    "heart_failure_severe",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known")],
                        default="",
                        max_length=24,
                        verbose_name="Severe heart failure",
                    ),
                ),
                (
                    "anticoagulated",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known")],
                        default="",
                        max_length=24,
                        verbose_name="Takes an anticoagulant",
                    ),
                ),
                (
                    "liver_failure_severe",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known")],
                        default="",
                        max_length=24,
                        verbose_name="Severe liver failure",
                    ),
                ),
                (
                    "opioid_hazard",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known")],
                        default="",
                        max_length=24,
                        verbose_name="Respiratory depression or bowel obstruction",
                    ),
                ),
                (
                    "sedatives",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known")],
                        default="",
                        max_length=24,
                        verbose_name="Takes a benzodiazepine or gabapentinoid",
                    ),
                ),
                (
                    "calcitonin_allergy",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known")],
                        default="",
                        max_length=24,
                        verbose_name="Calcitonin allergy",
                    ),
                ),
                (
                    "esophageal_disorder",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known")],
                        default="",
                        max_length=24,
                        verbose_name="Esophageal stricture, achalasia or delayed emptying",
                    ),
                ),
                (
                    "can_sit_upright_30_min",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known")],
                        default="",
                        max_length=24,
                        verbose_name="Can sit upright for 30 minutes",
                    ),
                ),
                (
                    "dental_work_pending",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known")],
                        default="",
                        max_length=24,
                        verbose_name="Invasive dental work pending",
                    ),
                ),
                (
                    "mi_or_stroke",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("never", "Never"),
                            ("over_12_months", "More than 12 months ago"),
                            ("within_12_months", "Within 12 months"),
                            ("not_known", "Not known"),
                        ],
                        default="",
                        max_length=24,
                        verbose_name="Heart attack or stroke",
                    ),
                ),
                (
                    "osteosarcoma_risk",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known")],
                        default="",
                        max_length=24,
                        verbose_name="Raised risk of osteosarcoma",
                    ),
                ),
                (
                    "cement_or_contrast_allergy",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known")],
                        default="",
                        max_length=24,
                        verbose_name="Allergy to bone cement or contrast",
                    ),
                ),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("on", models.DateField()),
                ("started_at", models.DateTimeField(auto_now_add=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("signed_at", models.DateTimeField(blank=True, null=True)),
                ("discarded_at", models.DateTimeField(blank=True, null=True)),
                (
                    "discarded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "fracture",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="visits", to="clinic.fracture"
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits_signed",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits_started",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-on", "-started_at"),
                "indexes": [
                    models.Index(fields=["fracture", "on"], name="visit_timeline"),
                    models.Index(
                        condition=models.Q(("discarded_at", None), ("signed_at", None)),
                        fields=["started_at"],
                        name="visit_still_open",
                    ),
                    models.Index(
                        condition=models.Q(("signed_at__isnull", False)),
                        fields=["signed_at"],
                        name="visit_signed_lately",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pregnant__in", ("", "yes", "no", "not_known"))),
                        name="visit_pregnant_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("neuro_exam_done__in", ("", "yes", "no", "not_known"))),
                        name="visit_neuro_exam_done_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("neurological_deficit__in", ("", "yes", "no", "not_known"))),
                        name="visit_neurological_deficit_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cauda_equina_symptoms__in", ("", "yes", "no", "not_known"))),
                        name="visit_cauda_equina_symptoms_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cord_signs__in", ("", "yes", "no", "not_known"))),
                        name="visit_cord_signs_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cancer_history__in", ("", "none", "past", "current", "not_known"))),
                        name="visit_cancer_history_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("unexplained_weight_loss__in", ("", "yes", "no", "not_known"))),
                        name="visit_unexplained_weight_loss_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("night_or_unrelenting_pain__in", ("", "yes", "no", "not_known"))),
                        name="visit_night_or_unrelenting_pain_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("temperature_c__isnull", True),
                            models.Q(("temperature_c__gte", Decimal("30.0")), ("temperature_c__lte", Decimal("45.0"))),
                            _connector="OR",
                        ),
                        name="visit_temperature_c_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("infection_risk__in", ("", "yes", "no", "not_known"))),
                        name="visit_infection_risk_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("fracture_confirmed__in", ("", "yes", "no", "not_known"))),
                        name="visit_fracture_confirmed_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "mechanism__in",
                                (
                                    "",
                                    "none",
                                    "bend_or_lift",
                                    "cough_or_sneeze",
                                    "fall_from_standing",
                                    "fall_from_height",
                                    "seizure",
                                    "high_energy",
                                    "not_known",
                                ),
                            )
                        ),
                        name="visit_mechanism_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("onset_on__isnull", True),
                            models.Q(("onset_on__gte", datetime.date(1900, 1, 1)), ("onset_on__lte", models.F("on"))),
                            _connector="OR",
                        ),
                        name="visit_onset_on_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("identified_on__isnull", True),
                            models.Q(
                                ("identified_on__gte", datetime.date(1900, 1, 1)),
                                ("identified_on__lte", models.F("on")),
                            ),
                            _connector="OR",
                        ),
                        name="visit_identified_on_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("pain_nrs__isnull", True),
                            models.Q(("pain_nrs__gte", Decimal("0")), ("pain_nrs__lte", Decimal("10"))),
                            _connector="OR",
                        ),
                        name="visit_pain_nrs_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("previous_pain_nrs__isnull", True),
                            models.Q(
                                ("previous_pain_nrs__gte", Decimal("0")), ("previous_pain_nrs__lte", Decimal("10"))
                            ),
                            _connector="OR",
                        ),
                        name="visit_previous_pain_nrs_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("pain_course__in", ("", "improving", "unchanged", "worsening", "not_known"))
                        ),
                        name="visit_pain_course_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pain_at_fracture_level__in", ("", "yes", "no", "not_known"))),
                        name="visit_pain_at_fracture_level_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pain_pattern__in", ("", "focal", "diffuse", "radicular", "not_known"))),
                        name="visit_pain_pattern_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("rmdq24__isnull", True),
                            models.Q(("rmdq24__gte", Decimal("0")), ("rmdq24__lte", Decimal("24"))),
                            _connector="OR",
                        ),
                        name="visit_rmdq24_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("previous_rmdq24__isnull", True),
                            models.Q(("previous_rmdq24__gte", Decimal("0")), ("previous_rmdq24__lte", Decimal("24"))),
                            _connector="OR",
                        ),
                        name="visit_previous_rmdq24_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("odi_percent__isnull", True),
                            models.Q(("odi_percent__gte", Decimal("0")), ("odi_percent__lte", Decimal("100"))),
                            _connector="OR",
                        ),
                        name="visit_odi_percent_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("previous_odi_percent__isnull", True),
                            models.Q(
                                ("previous_odi_percent__gte", Decimal("0")),
                                ("previous_odi_percent__lte", Decimal("100")),
                            ),
                            _connector="OR",
                        ),
                        name="visit_previous_odi_percent_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("medical_management_tried__in", ("", "yes", "no", "not_known"))),
                        name="visit_medical_management_tried_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("mobility__in", ("", "independent", "aid", "assisted", "bedbound", "not_known"))
                        ),
                        name="visit_mobility_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("days_in_bed__isnull", True),
                            models.Q(("days_in_bed__gte", Decimal("0")), ("days_in_bed__lte", Decimal("365"))),
                            _connector="OR",
                        ),
                        name="visit_days_in_bed_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pulmonary_dysfunction__in", ("", "yes", "no", "not_known"))),
                        name="visit_pulmonary_dysfunction_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("height_loss_percent__isnull", True),
                            models.Q(
                                ("height_loss_percent__gte", Decimal("0")), ("height_loss_percent__lte", Decimal("100"))
                            ),
                            _connector="OR",
                        ),
                        name="visit_height_loss_percent_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("first_height_loss_percent__isnull", True),
                            models.Q(
                                ("first_height_loss_percent__gte", Decimal("0")),
                                ("first_height_loss_percent__lte", Decimal("100")),
                            ),
                            _connector="OR",
                        ),
                        name="visit_first_height_loss_percent_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("dorsal_wall_loss_percent__isnull", True),
                            models.Q(
                                ("dorsal_wall_loss_percent__gte", Decimal("0")),
                                ("dorsal_wall_loss_percent__lte", Decimal("100")),
                            ),
                            _connector="OR",
                        ),
                        name="visit_dorsal_wall_loss_percent_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kyphosis_degrees__isnull", True),
                            models.Q(
                                ("kyphosis_degrees__gte", Decimal("-40")), ("kyphosis_degrees__lte", Decimal("120"))
                            ),
                            _connector="OR",
                        ),
                        name="visit_kyphosis_degrees_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kyphosis_method__in", ("", "local", "global", "not_known"))),
                        name="visit_kyphosis_method_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("scoliosis_degrees__isnull", True),
                            models.Q(
                                ("scoliosis_degrees__gte", Decimal("0")), ("scoliosis_degrees__lte", Decimal("120"))
                            ),
                            _connector="OR",
                        ),
                        name="visit_scoliosis_degrees_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("scoliosis_preexisting__in", ("", "yes", "no", "not_known"))),
                        name="visit_scoliosis_preexisting_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("marrow_edema__in", ("", "yes", "no", "not_known"))),
                        name="visit_marrow_edema_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("bone_scan_uptake__in", ("", "yes", "no", "not_known"))),
                        name="visit_bone_scan_uptake_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("marrow_imaging_on__isnull", True),
                            models.Q(
                                ("marrow_imaging_on__gte", datetime.date(1900, 1, 1)),
                                ("marrow_imaging_on__lte", models.F("on")),
                            ),
                            _connector="OR",
                        ),
                        name="visit_marrow_imaging_on_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("unstable_fracture__in", ("", "yes", "no", "not_known"))),
                        name="visit_unstable_fracture_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("of_type__in", ("", "OF1", "OF2", "OF3", "OF4", "OF5", "not_known"))),
                        name="visit_of_type_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cord_compression_on_imaging__in", ("", "yes", "no", "not_known"))),
                        name="visit_cord_compression_on_imaging_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("malignant_imaging_features__in", ("", "yes", "no", "not_known"))),
                        name="visit_malignant_imaging_features_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("infection_imaging_features__in", ("", "yes", "no", "not_known"))),
                        name="visit_infection_imaging_features_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("t_score_spine__isnull", True),
                            models.Q(("t_score_spine__gte", Decimal("-8.0")), ("t_score_spine__lte", Decimal("6.0"))),
                            _connector="OR",
                        ),
                        name="visit_t_score_spine_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("t_score_femoral_neck__isnull", True),
                            models.Q(
                                ("t_score_femoral_neck__gte", Decimal("-8.0")),
                                ("t_score_femoral_neck__lte", Decimal("6.0")),
                            ),
                            _connector="OR",
                        ),
                        name="visit_t_score_femoral_neck_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("t_score_total_hip__isnull", True),
                            models.Q(
                                ("t_score_total_hip__gte", Decimal("-8.0")), ("t_score_total_hip__lte", Decimal("6.0"))
                            ),
                            _connector="OR",
                        ),
                        name="visit_t_score_total_hip_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("spine_t_includes_fracture__in", ("", "yes", "no", "not_known"))),
                        name="visit_spine_t_includes_fracture_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("prior_vertebral_fractures__isnull", True),
                            models.Q(
                                ("prior_vertebral_fractures__gte", Decimal("0")),
                                ("prior_vertebral_fractures__lte", Decimal("17")),
                            ),
                            _connector="OR",
                        ),
                        name="visit_prior_vertebral_fractures_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("new_vertebral_fractures_12_months__isnull", True),
                            models.Q(
                                ("new_vertebral_fractures_12_months__gte", Decimal("0")),
                                ("new_vertebral_fractures_12_months__lte", Decimal("17")),
                            ),
                            _connector="OR",
                        ),
                        name="visit_new_vertebral_fractures_12_months_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("falls_last_year__isnull", True),
                            models.Q(("falls_last_year__gte", Decimal("0")), ("falls_last_year__lte", Decimal("365"))),
                            _connector="OR",
                        ),
                        name="visit_falls_last_year_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("frax_major_percent__isnull", True),
                            models.Q(
                                ("frax_major_percent__gte", Decimal("0")), ("frax_major_percent__lte", Decimal("100"))
                            ),
                            _connector="OR",
                        ),
                        name="visit_frax_major_percent_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("frax_hip_percent__isnull", True),
                            models.Q(
                                ("frax_hip_percent__gte", Decimal("0")), ("frax_hip_percent__lte", Decimal("100"))
                            ),
                            _connector="OR",
                        ),
                        name="visit_frax_hip_percent_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("adjusted_calcium_mmol_l__isnull", True),
                            models.Q(
                                ("adjusted_calcium_mmol_l__gte", Decimal("1.00")),
                                ("adjusted_calcium_mmol_l__lte", Decimal("5.00")),
                            ),
                            _connector="OR",
                        ),
                        name="visit_adjusted_calcium_mmol_l_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("vitamin_d_nmol_l__isnull", True),
                            models.Q(
                                ("vitamin_d_nmol_l__gte", Decimal("5")), ("vitamin_d_nmol_l__lte", Decimal("500"))
                            ),
                            _connector="OR",
                        ),
                        name="visit_vitamin_d_nmol_l_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("creatinine_umol_l__isnull", True),
                            models.Q(
                                ("creatinine_umol_l__gte", Decimal("18")), ("creatinine_umol_l__lte", Decimal("1770"))
                            ),
                            _connector="OR",
                        ),
                        name="visit_creatinine_umol_l_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("weight_kg__isnull", True),
                            models.Q(("weight_kg__gte", Decimal("25")), ("weight_kg__lte", Decimal("250"))),
                            _connector="OR",
                        ),
                        name="visit_weight_kg_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("egfr__isnull", True),
                            models.Q(("egfr__gte", Decimal("2")), ("egfr__lte", Decimal("180"))),
                            _connector="OR",
                        ),
                        name="visit_egfr_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("crp_mg_l__isnull", True),
                            models.Q(("crp_mg_l__gte", Decimal("0")), ("crp_mg_l__lte", Decimal("600"))),
                            _connector="OR",
                        ),
                        name="visit_crp_mg_l_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("esr_mm_h__isnull", True),
                            models.Q(("esr_mm_h__gte", Decimal("0")), ("esr_mm_h__lte", Decimal("200"))),
                            _connector="OR",
                        ),
                        name="visit_esr_mm_h_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("hemoglobin_g_l__isnull", True),
                            models.Q(("hemoglobin_g_l__gte", Decimal("30")), ("hemoglobin_g_l__lte", Decimal("220"))),
                            _connector="OR",
                        ),
                        name="visit_hemoglobin_g_l_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("myeloma_screen__in", ("", "normal", "abnormal", "not_done", "not_known"))),
                        name="visit_myeloma_screen_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("inr__isnull", True),
                            models.Q(("inr__gte", Decimal("0.5")), ("inr__lte", Decimal("15"))),
                            _connector="OR",
                        ),
                        name="visit_inr_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("platelets_10_9_l__isnull", True),
                            models.Q(
                                ("platelets_10_9_l__gte", Decimal("1")), ("platelets_10_9_l__lte", Decimal("2000"))
                            ),
                            _connector="OR",
                        ),
                        name="visit_platelets_10_9_l_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "bone_medicine__in",
                                (
                                    "",
                                    "none",
                                    "oral_bisphosphonate",
                                    "iv_bisphosphonate",
                                    "denosumab",
                                    "teriparatide",
                                    "abaloparatide",
                                    "romosozumab",
                                    "raloxifene",
                                    "hrt",
                                    "not_known",
                                ),
                            )
                        ),
                        name="visit_bone_medicine_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("denosumab_last_dose_on__isnull", True),
                            models.Q(
                                ("denosumab_last_dose_on__gte", datetime.date(1900, 1, 1)),
                                ("denosumab_last_dose_on__lte", models.F("on")),
                            ),
                            _connector="OR",
                        ),
                        name="visit_denosumab_last_dose_on_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("gi_bleed_or_ulcer__in", ("", "yes", "no", "not_known"))),
                        name="visit_gi_bleed_or_ulcer_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("heart_failure_severe__in", ("", "yes", "no", "not_known"))),
                        name="visit_heart_failure_severe_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("anticoagulated__in", ("", "yes", "no", "not_known"))),
                        name="visit_anticoagulated_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("liver_failure_severe__in", ("", "yes", "no", "not_known"))),
                        name="visit_liver_failure_severe_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("opioid_hazard__in", ("", "yes", "no", "not_known"))),
                        name="visit_opioid_hazard_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sedatives__in", ("", "yes", "no", "not_known"))),
                        name="visit_sedatives_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("calcitonin_allergy__in", ("", "yes", "no", "not_known"))),
                        name="visit_calcitonin_allergy_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("esophageal_disorder__in", ("", "yes", "no", "not_known"))),
                        name="visit_esophageal_disorder_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("can_sit_upright_30_min__in", ("", "yes", "no", "not_known"))),
                        name="visit_can_sit_upright_30_min_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("dental_work_pending__in", ("", "yes", "no", "not_known"))),
                        name="visit_dental_work_pending_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("mi_or_stroke__in", ("", "never", "over_12_months", "within_12_months", "not_known"))
                        ),
                        name="visit_mi_or_stroke_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("osteosarcoma_risk__in", ("", "yes", "no", "not_known"))),
                        name="visit_osteosarcoma_risk_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cement_or_contrast_allergy__in", ("", "yes", "no", "not_known"))),
                        name="visit_cement_or_contrast_allergy_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("onset_on__isnull", True), ("onset_precision", "")),
                            models.Q(("onset_on__isnull", False), ("onset_precision__in", ("day", "month"))),
                            _connector="OR",
                        ),
                        name="visit_onset_has_precision",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("discarded_at", None), ("signed_at", None)),
                        fields=("fracture",),
                        name="visit_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("signed_at", None), ("signed_by", None)),
                            models.Q(("signed_at__isnull", False), ("signed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="visit_signed_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("discarded_at", None), ("discarded_by", None)),
                            models.Q(
                                ("discarded_at__isnull", False), ("discarded_by__isnull", False), ("signed_at", None)
                            ),
                            _connector="OR",
                        ),
                        name="visit_discarded_only_unsigned",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("on__gte", datetime.date(2000, 1, 1))), name="visit_on_accepted"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FracturedLevel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("T1", "T1"),
                            ("T2", "T2"),
                            ("T3", "T3"),
                            ("T4", "T4"),
                            ("T5", "T5"),
                            ("T6", "T6"),
                            ("T7", "T7"),
                            ("T8", "T8"),
                            ("T9", "T9"),
                            ("T10", "T10"),
                            ("T11", "T11"),
                            ("T12", "T12"),
                            ("L1", "L1"),
                            ("L2", "L2"),
                            ("L3", "L3"),
                            ("L4", "L4"),
                            ("L5", "L5"),
                        ],
                        max_length=3,
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="level_rows", to="clinic.visit"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("visit", "level"), name="fractured_level_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "level__in",
                                (
                                    "T1",
                                    "T2",
                                    "T3",
                                    "T4",
                                    "T5",
                                    "T6",
                                    "T7",
                                    "T8",
                                    "T9",
                                    "T10",
                                    "T11",
                                    "T12",
                                    "L1",
                                    "L2",
                                    "L3",
                                    "L4",
                                    "L5",
                                ),
                            )
                        ),
                        name="fractured_level_accepted",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fact", models.CharField(max_length=40)),
                ("typed", models.CharField(blank=True, default="", max_length=40)),
                ("unit", models.CharField(blank=True, default="", max_length=20)),
                ("not_known", models.BooleanField(default=False)),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="clinic.visit"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("visit", "fact"), name="entry_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "fact__in",
                                (
                                    "age_years",
                                    "sex",
                                    "pregnant",
                                    "neuro_exam_done",
                                    "neurological_deficit",
                                    "cauda_equina_symptoms",
                                    "cord_signs",
                                    "cancer_history",
                                    "unexplained_weight_loss",
                                    "night_or_unrelenting_pain",
                                    "temperature_c",
                                    "infection_risk",
                                    "fracture_confirmed",
                                    "mechanism",
                                    "onset_on",
                                    "identified_on",
                                    "levels",
                                    "pain_nrs",
                                    "previous_pain_nrs",
                                    "pain_course",
                                    "pain_at_fracture_level",
                                    "pain_pattern",
                                    "rmdq24",
                                    "previous_rmdq24",
                                    "odi_percent",
                                    "previous_odi_percent",
                                    "medical_management_tried",
                                    "mobility",
                                    "days_in_bed",
                                    "pulmonary_dysfunction",
                                    "height_loss_percent",
                                    "first_height_loss_percent",
                                    "dorsal_wall_loss_percent",
                                    "kyphosis_degrees",
                                    "kyphosis_method",
                                    "scoliosis_degrees",
                                    "scoliosis_preexisting",
                                    "marrow_edema",
                                    "bone_scan_uptake",
                                    "marrow_imaging_on",
                                    "unstable_fracture",
                                    "of_type",
                                    "cord_compression_on_imaging",
                                    "malignant_imaging_features",
                                    "infection_imaging_features",
                                    "t_score_spine",
                                    "t_score_femoral_neck",
                                    "t_score_total_hip",
                                    "spine_t_includes_fracture",
                                    "prior_vertebral_fractures",
                                    "new_vertebral_fractures_12_months",
                                    "falls_last_year",
                                    "frax_major_percent",
                                    "frax_hip_percent",
                                    "adjusted_calcium_mmol_l",
                                    "vitamin_d_nmol_l",
                                    "creatinine_umol_l",
                                    "weight_kg",
                                    "egfr",
                                    "crp_mg_l",
                                    "esr_mm_h",
                                    "hemoglobin_g_l",
                                    "myeloma_screen",
                                    "inr",
                                    "platelets_10_9_l",
                                    "bone_medicine",
                                    "denosumab_last_dose_on",
                                    "gi_bleed_or_ulcer",
                                    "heart_failure_severe",
                                    "anticoagulated",
                                    "liver_failure_severe",
                                    "opioid_hazard",
                                    "sedatives",
                                    "calcitonin_allergy",
                                    "esophageal_disorder",
                                    "can_sit_upright_30_min",
                                    "dental_work_pending",
                                    "mi_or_stroke",
                                    "osteosarcoma_risk",
                                    "cement_or_contrast_allergy",
                                    "region",
                                ),
                            )
                        ),
                        name="entry_fact_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("not_known", True), ("typed", ""), ("unit", "")),
                            models.Q(
                                ("not_known", False),
                                models.Q(("typed", ""), _negated=True),
                                models.Q(("unit", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="entry_not_known_or_typed",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("typed"), 40
                        ),
                        name="entry_typed_length",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("unit"), 20
                        ),
                        name="entry_unit_length",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StepSave",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("step", models.CharField(max_length=20)),
                ("version", models.PositiveIntegerField()),
                ("saved_at", models.DateTimeField()),
                (
                    "saved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="saves", to="clinic.visit"
                    ),
                ),
            ],
            options={
                "ordering": ("saved_at", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("step__in", ("neurology", "fracture", "pain", "imaging", "bone-health", "medicines"))
                        ),
                        name="step_save_step_accepted",
                    ),
                    models.UniqueConstraint(fields=("visit", "version"), name="step_save_version_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="VisitDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("step", models.CharField(max_length=20)),
                ("typed_json", models.TextField(default="{}")),
                ("carried_from", models.DateField(blank=True, null=True)),
                ("rev", models.PositiveIntegerField(default=1)),
                ("saved_at", models.DateTimeField()),
                (
                    "saved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="drafts", to="clinic.visit"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("visit", "step"), name="visit_draft_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("step__in", ("neurology", "fracture", "pain", "imaging", "bone-health", "medicines"))
                        ),
                        name="visit_draft_step_accepted",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Interruption",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "findings",
                    models.CharField(help_text="Names of the facts that were yes, with commas", max_length=120),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[("arranged", "Arranged"), ("continued", "Continued without")], max_length=10
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=500)),
                ("answered_at", models.DateTimeField()),
                (
                    "answered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="interruptions", to="clinic.visit"
                    ),
                ),
            ],
            options={
                "ordering": ("answered_at",),
                "constraints": [
                    models.UniqueConstraint(fields=("visit", "findings"), name="interruption_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome", "arranged"),
                            models.Q(("outcome", "continued"), models.Q(("reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="interruption_continued_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("reason"), 500
                        ),
                        name="interruption_reason_length",
                    ),
                ],
            },
        ),
    ]
