"""How people use the pages, and what must be true of every page that they see."""

import os
import re
import subprocess
from datetime import timedelta
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Locator, expect

from pathway.guideline.facts import FACTS, Kind

STEPS = ("neurology", "fracture", "pain", "imaging", "bone-health", "medicines")
OKAFOR = {
    "family_name": "Okafor",
    "given_name": "Margaret",
    "title": "Mrs",
    "date_of_birth": (9, 3, 1948),
    "sex": "female",
    "hospital_number": "RX 104 221",
    "nhs_number": "999 196 4134",
}
LOOKING = Path(__file__).with_name("looking.js")
KEPT = "() => [Object.entries(localStorage), Object.entries(sessionStorage)]"
STATUSES_SHOWN = ("/data/", "/visits/", "/patients/", "/plans/", "/account/", "/nowhere/")


def answers_of_okafor(today) -> dict[str, dict]:
    """What a clinician types at a first visit three weeks after the fracture, step by step."""
    return {
        "neurology": {
            "neuro_exam_done": "yes",
            "neurological_deficit": "no",
            "cauda_equina_symptoms": "no",
            "cord_signs": "no",
            "cancer_history": "none",
            "unexplained_weight_loss": "no",
            "night_or_unrelenting_pain": "no",
            "temperature_c": ("98.2", "°F"),
            "infection_risk": "no",
        },
        "fracture": {
            "fracture_confirmed": "yes",
            "mechanism": "bend_or_lift",
            "onset_on": today - timedelta(days=21),
            "identified_on": today - timedelta(days=14),
            "levels": ("T12",),
        },
        "pain": {
            "pain_nrs": "7",
            "pain_course": "unchanged",
            "pain_at_fracture_level": "yes",
            "pain_pattern": "focal",
            "rmdq24": "16",
            "medical_management_tried": "yes",
            "mobility": "aid",
            "days_in_bed": "4",
            "pulmonary_dysfunction": "no",
        },
        "imaging": {
            "height_loss_percent": "18",
            "kyphosis_degrees": "12",
            "kyphosis_method": "local",
            "marrow_edema": "yes",
            "marrow_imaging_on": today - timedelta(days=10),
            "unstable_fracture": "no",
            "of_type": "OF2",
            "cord_compression_on_imaging": "no",
            "malignant_imaging_features": "no",
            "infection_imaging_features": "no",
        },
        "bone-health": {
            "t_score_femoral_neck": "-2.7",
            "t_score_total_hip": "-2.4",
            "prior_vertebral_fractures": "0",
            "new_vertebral_fractures_12_months": "1",
            "falls_last_year": "2",
            "adjusted_calcium_mmol_l": ("9.4", "mg/dL"),
            "vitamin_d_nmol_l": "62",
            "creatinine_umol_l": "70",
            "weight_kg": ("128", "lb"),
            "egfr": "72",
            "crp_mg_l": "3",
            "hemoglobin_g_l": "131",
            "myeloma_screen": "normal",
        },
        "medicines": {
            "bone_medicine": "none",
            "gi_bleed_or_ulcer": "no",
            "heart_failure_severe": "no",
            "anticoagulated": "no",
            "liver_failure_severe": "no",
            "opioid_hazard": "no",
            "sedatives": "no",
            "esophageal_disorder": "no",
            "can_sit_upright_30_min": "yes",
            "dental_work_pending": "no",
            "mi_or_stroke": "never",
            "osteosarcoma_risk": "no",
        },
    }


class Person:
    """Someone at a browser of their own. What the browser complains about, and asks for, is collected."""

    def __init__(self, context: BrowserContext, url: str):
        self.context, self.url = context, url
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.swaps = 0
        context.add_init_script(path=LOOKING)
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.complaints.append(f"error: {error.error}"))
        context.on("dialog", self._refuse_dialog)
        context.on("request", self._note)
        self.page = context.new_page()

    def _hear(self, message) -> None:
        """Errors, warnings and refusals by our policy; not the line that repeats the status of a page that says it."""
        said_by_page = message.text.startswith("Failed to load resource: the server responded with a status of 4")
        if said_by_page and any(part in message.location["url"] for part in STATUSES_SHOWN):
            return
        self.swaps += message.text == "a swap was looked at"
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")

    def _refuse_dialog(self, dialog) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _note(self, request) -> None:
        self.asked.append(request.url)
        if not request.url.startswith((self.url + "/", "data:image/svg+xml")):
            self.complaints.append(f"asked outside: {request.url}")

    # ------------------------------------------------------------------------------------------------ going around

    def sign_in(self, username: str, password: str) -> None:
        """As everybody does: any address leads to the sign-in page."""
        self.open("/")
        expect(self.page).to_have_title("Sign in – Vertebra Pathway")
        self.page.get_by_label("User name or email").fill(username)
        self.page.get_by_label("Password").fill(password)
        self.press("Sign in")

    def is_signed_in(self, user) -> None:
        """For a test that is not about signing in."""
        client = Client()
        client.force_login(user)
        self.goes_on_as(client)

    def goes_on_as(self, client: Client) -> None:
        """With the session of a test client, or none."""
        self.context.clear_cookies()
        cookie = client.cookies.get(settings.SESSION_COOKIE_NAME)
        if cookie is not None:
            self.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.url}])

    def open(self, path: str) -> None:
        self.page.goto(self.url + path)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        self.page.locator("#page").get_by_role("link", name=name).first.click()

    def sees(self, heading: str) -> None:
        expect(self.page.locator("h1")).to_have_text(heading)

    # ------------------------------------------------------------------------------------------------------ typing

    def answer(self, fact: str, value) -> None:
        """Answer a question of a step: a choice, levels, a date, a number, or (number, unit)."""
        kind = FACTS[fact].kind
        if kind in (Kind.YES_NO, Kind.CHOICE):
            self.page.locator(f"input[name={fact}][value={value}]").check()
        elif kind is Kind.LEVELS:
            for level in value:
                self.page.get_by_label(level, exact=True).check()
        elif kind is Kind.DATE:
            self.date(fact, (value.day, value.month, value.year))
        else:
            text, *unit = (value,) if isinstance(value, str) else value
            box = self.page.locator(f"input[name={fact}]")
            box.fill(text)
            box.press("Tab")
            for label in unit:
                self.page.locator(f"select[name={fact}_unit]").select_option(label)

    def date(self, name: str, day_month_year) -> None:
        for box, number in zip(("day", "month", "year"), day_month_year, strict=True):
            self.page.locator(f"input[name={name}_{box}]").fill(str(number))

    def fill_step(self, answers: dict) -> None:
        for fact, value in answers.items():
            self.answer(fact, value)

    def add_patient(self, **details) -> None:
        """Fill in the page that adds a patient; the date of birth is (day, month, year)."""
        for name, value in details.items():
            if name == "date_of_birth":
                self.date(name, value)
            elif name == "sex":
                self.page.locator(f"input[name=sex][value={value}]").check()
            else:
                self.page.locator(f"input[name={name}]").fill(value)
        self.press("Add the patient")

    def decide_all(self, choice: str = "follow") -> None:
        """On the review page, the same choice for every action that asks for one and has none yet."""
        groups = self.page.locator("fieldset", has=self.page.locator(f"input[value={choice}]"))
        for group in groups.all():
            if group.is_visible() and not group.locator("input:checked").count():
                group.locator(f"input[value={choice}]").check()

    # -------------------------------------------------------------------------------------------------- looking

    def look(self) -> None:
        """What holds for every page and state: accessible, its ids whole, no patient kept in the browser."""
        faults = self.faults()
        assert not faults, f"{self.page.url}: {faults}"

    def faults(self) -> dict[str, list]:
        self.page.wait_for_load_state()
        heard = len(self.complaints)
        found = Axe().run(self.page).response["violations"]
        del self.complaints[heard:]  # axe copies style sheets of the admin into the page, which our policy refuses
        local, session = self.page.evaluate(KEPT)
        faults = {
            "axe": [(one["id"], one["nodes"][0]["html"]) for one in found],
            "ids": self.page.evaluate("looking.idsThatFail()"),
            "too small": self.page.evaluate("looking.tooSmall()"),
            "scrolls without keys": self.page.evaluate("looking.scrollsWithoutKeys()"),
            "words over a curve": self.page.evaluate("looking.wordsOverCurves()"),
            "faint": self.page.evaluate("looking.faint()"),
            "kept": [key for key, value in local + session if not self.is_harmless(key, value)],
        }
        return {what: found for what, found in faults.items() if found}

    @staticmethod
    def is_harmless(key: str, value: str) -> bool:
        """htmx keeps the last address, which holds random ids only; Django's admin keeps its colors and menu."""
        if key == "theme" or key.startswith("django.admin."):
            return True
        return re.fullmatch(r"/[\w/-]*(\?next=[\w/%-]*)?", value) is not None

    def headline(self) -> Locator:
        return self.page.locator("#panel .app-panel__headline")

    def wait_for_draft(self) -> None:
        expect(self.page.locator("#saved")).to_contain_text("Draft saved")

    def paper(self, name: str) -> bytes:
        """The PDF behind a link of this page, with the person's own session."""
        href = self.page.locator("#page").get_by_role("link", name=name).first.get_attribute("href")
        answer = self.context.request.get(self.url + href)
        assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf"), answer.text()
        assert "no-store" in answer.headers["cache-control"]
        return answer.body()


# ------------------------------------------------------------------------------------------------------- pictures


def picture(person: Person, name: str) -> None:
    """A picture of the screen for the README, where SCREENSHOTS names a folder."""
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        screen = {"x": 0, "y": 0, "width": 1280, "height": 720}
        # Hiding the caret would add an inline style, which our policy refuses.
        person.page.screenshot(path=Path(folder) / f"{name}.png", clip=screen, caret="initial")


def picture_of_paper(pdf: bytes, name: str) -> None:
    """A picture of the first page of a PDF, likewise."""
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        command = ["pdftoppm", "-png", "-r", "60", "-singlefile", "-", str(Path(folder) / name)]
        subprocess.run(command, input=pdf, check=True)
