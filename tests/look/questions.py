"""One form with every kind of control, and what its HTML holds."""

from html.parser import HTMLParser

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.template import Context, Engine, Template, engines

CHOICES = [("yes", "Yes"), ("no", "No")]


class Questions(forms.Form):
    use_required_attribute = False

    radio = forms.ChoiceField(label="Radio", help_text="Radio hint", choices=CHOICES, widget=forms.RadioSelect)
    checks = forms.MultipleChoiceField(
        label="Checks", help_text="Checks hint", choices=CHOICES, widget=forms.CheckboxSelectMultiple
    )
    tick = forms.BooleanField(label="Tick", help_text="Tick hint")
    select = forms.ChoiceField(label="Select", help_text="Select hint", choices=[("", ""), ("Group", CHOICES)])
    words = forms.CharField(label="Words", help_text="Words hint", widget=forms.Textarea(attrs={"rows": 3}))
    box = forms.IntegerField(label="Box", help_text="Box hint", widget=forms.TextInput(attrs={"inputmode": "numeric"}))
    password = forms.CharField(label="Password", help_text="Password hint", widget=forms.PasswordInput)
    kept = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["radio"].inline = True
        self.fields["radio"].why = "Radio why"
        self.fields["checks"].show_if = "radio=yes"
        self.fields["box"].unit = "kg"
        self.fields["box"].width = 4
        self.fields["box"].earlier = "last: 61 on 02-Sep-2026"
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            Fieldset("Section & more", "radio", "checks", "tick"),
            "select",
            "words",
            "box",
            "password",
            "kept",
        )


VISIBLE = ("radio", "checks", "tick", "select", "words", "box", "password")


def render(source: str, **context) -> str:
    engine: Engine = engines["django"].engine
    return Template(source, engine=engine).render(Context(context))


def render_form(form: forms.Form) -> str:
    return render('{% include "_error_summary.html" %}{% load crispy_forms_tags %}{% crispy form %}', form=form)


class Elements(HTMLParser):
    """Every start tag in order, as (tag, attributes)."""

    def __init__(self, html: str):
        super().__init__()
        self.found: list[tuple[str, dict]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def values(self, attribute: str) -> list[str]:
        return [attrs[attribute] for _, attrs in self.found if attrs.get(attribute)]

    def shape(self) -> list[str]:
        """tag.first-class of what NHS.UK frontend documents; what only we have is left out."""
        classes = [(tag, attrs.get("class", "")) for tag, attrs in self.found]
        return [f"{tag}.{names.split()[0]}" for tag, names in classes if names.startswith("nhsuk-")]
