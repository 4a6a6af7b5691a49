"""The form pack: the markup that NHS.UK frontend documents, and nothing that anyone typed is ever read as HTML."""

import pytest

from .questions import VISIBLE, Elements, Questions, render, render_form

HOSTILE = "<script>alert('x')</script>\"'&"

# The order that NHS.UK frontend documents: label or legend, hint, error, control.
GROUP, ERROR = "div.nhsuk-form-group", ["span.nhsuk-error-message", "span.nhsuk-u-visually-hidden"]
LEGEND = ["fieldset.nhsuk-fieldset", "legend.nhsuk-fieldset__legend", "div.nhsuk-hint"]
RADIO = ["div.nhsuk-radios__item", "input.nhsuk-radios__input", "label.nhsuk-label"]
CHECK = ["div.nhsuk-checkboxes__item", "input.nhsuk-checkboxes__input", "label.nhsuk-label"]
SHAPES = {
    "radio": (LEGEND, ["div.nhsuk-radios", *RADIO, *RADIO]),
    "checks": (LEGEND, ["div.nhsuk-checkboxes", *CHECK, *CHECK]),
    "tick": (["div.nhsuk-hint"], ["div.nhsuk-checkboxes", *CHECK]),
    "select": (["label.nhsuk-label", "div.nhsuk-hint"], ["select.nhsuk-select"]),
    "words": (["label.nhsuk-label", "div.nhsuk-hint"], ["textarea.nhsuk-textarea"]),
    "password": (["label.nhsuk-label", "div.nhsuk-hint"], ["input.nhsuk-input"]),
}


def field(form, name):
    return render('{% load crispy_forms_tags %}{{ field|as_crispy_field:"clinic_pack" }}', field=form[name])


@pytest.mark.parametrize("name", SHAPES)
def test_markup_is_that_of_nhsuk_frontend(name):
    before, control = SHAPES[name]
    assert Elements(field(Questions(), name)).shape() == [GROUP, *before, *control]
    assert Elements(field(Questions({}), name)).shape() == [GROUP, *before, *ERROR, *control]


def test_a_unit_stands_after_its_box_and_is_said_in_the_label():
    html = field(Questions(), "box")
    assert "div.nhsuk-input-wrapper__suffix" in Elements(html).shape()
    assert "in kg" in html


def test_the_earlier_value_describes_the_box_and_is_never_filled_in():
    elements = Elements(field(Questions(), "box"))
    box = next(attrs for tag, attrs in elements.found if tag == "input")
    assert box["aria-describedby"].split() == ["id_box_helptext", "id_box_earlier"]
    assert "value" not in box


@pytest.mark.parametrize("data", [None, {}], ids=["empty", "with errors"])
def test_ids_are_unique_and_every_description_and_label_has_its_element(data):
    elements = Elements(render_form(Questions(data)))
    ids = elements.values("id")
    assert len(ids) == len(set(ids))
    described = {one for ids_of in elements.values("aria-describedby") for one in ids_of.split()}
    assert described <= set(ids)
    assert set(elements.values("for")) <= set(ids)


def test_each_error_stands_at_its_field_and_in_the_summary_with_a_link_to_a_control():
    html = render_form(Questions({}))
    elements = Elements(html)
    controls = {attrs.get("id") for tag, attrs in elements.found if tag in ("input", "select", "textarea")}
    links = [href[1:] for href in elements.values("href")]
    assert len(links) == len(VISIBLE)
    assert set(links) <= controls
    assert html.count("nhsuk-error-message") == len(VISIBLE)


def test_no_summary_without_errors():
    assert render('{% include "_error_summary.html" %}', form=Questions()).strip() == ""


def test_nothing_is_chosen_before_someone_chooses():
    elements = Elements(render_form(Questions()))
    chosen = [attrs.get("value") for _, attrs in elements.found if {"checked", "selected"} & set(attrs)]
    assert chosen == [""]  # the empty option of the select


@pytest.mark.parametrize("name", VISIBLE)
def test_hostile_text_is_shown_and_never_read_as_html(name):
    form = Questions({name: HOSTILE, "kept": HOSTILE})
    for one in form.fields.values():
        one.label = one.help_text = one.earlier = one.unit = one.why = one.show_if = HOSTILE
        if hasattr(one, "choices"):
            one.choices = [(HOSTILE, HOSTILE), ("other", "Other")]
    form.add_error(None, HOSTILE)
    form.add_error(name, HOSTILE)
    form.helper.layout[0].legend = "{% templatetag openblock %}" + HOSTILE
    html = render_form(form)
    assert "<script" not in html
    names = {attribute for _, attrs in Elements(html).found for attribute in attrs}
    assert not any("<" in one or "'" in one or "script" in one for one in names)


def test_a_value_that_was_typed_is_shown_again():
    html = render_form(Questions({"box": "12,5 kg", "words": "two\nlines", "radio": "no"}))
    assert 'value="12,5 kg"' in html
    assert "two\nlines</textarea>" in html
    chosen = [attrs["value"] for _, attrs in Elements(html).found if "checked" in attrs]
    assert chosen == ["no"]


def test_a_password_is_never_sent_back():
    assert "correct horse" not in render_form(Questions({"password": "correct horse"}))


def test_no_control_carries_a_placeholder_or_a_required_mark():
    form = Questions()
    form.fields["box"].widget.attrs["placeholder"] = "example"
    elements = Elements(render_form(form))
    assert not elements.values("placeholder")
    assert not any("required" in attrs for _, attrs in elements.found)
