"""Someone who knows the program and uses the keyboard alone. Every press of a key is counted."""

from playwright.sync_api import Page, expect

from pathway.guideline.facts import FACTS, Kind

SECONDS_A_PRESS = 0.2
"""A skilled typist, by the keystroke-level model of Card, Moran and Newell (1980)."""
MOST_TABS = 150
FOCUSED = """() => {
    const one = document.activeElement;
    return {name: one.name ?? "", value: one.value ?? "", text: one.textContent.trim()};
}"""
NAMES = "() => [...new Set([...document.querySelectorAll('main form [name]')].map((one) => one.name))]"
VALUES = "(name) => [...document.getElementsByName(name)].map((one) => one.value)"


class Typist:
    def __init__(self, page: Page):
        self.page = page
        self.presses = 0
        self.answers = 0

    @property
    def seconds(self) -> float:
        return self.presses * SECONDS_A_PRESS

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(key)
        self.presses += times

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.presses += len(text)

    def tab_until(self, there) -> None:
        """Press Tab until the focus is there."""
        for _ in range(MOST_TABS):
            if there(self.page.evaluate(FOCUSED)):
                return
            self.press("Tab")
        raise AssertionError(f"not reached on {self.page.url}")

    def to(self, name: str, value: str = "") -> None:
        self.tab_until(lambda focused: focused["name"] == name and value in ("", focused["value"]))

    def follow(self, text: str) -> None:
        """Tab to the link or button with this text, and press Enter."""
        self.tab_until(lambda focused: focused["text"].startswith(text))
        self.press("Enter")

    def step(self, answers: dict, title: str) -> None:
        """Answer the questions of a step in the order of the page, then Enter; the next page has this title."""
        for name in [name for name in self.page.evaluate(NAMES) if name.removesuffix("_day") in answers]:
            fact = name.removesuffix("_day")
            self._answer(fact, answers[fact])
            self.answers += 1
        if not answers:
            self.tab_until(lambda focused: focused["text"] == "Continue")
        self.press("Enter")
        expect(self.page.locator("h1")).to_contain_text(title)

    def choose(self, name: str, value: str) -> None:
        """A radio: Space on the first one, else the arrow that is nearer."""
        values = self.page.evaluate(VALUES, name)
        at = values.index(value)
        self.to(name)
        if at == 0:
            self.press("Space")
        elif at <= len(values) - at:
            self.press("ArrowDown", at)
        else:
            self.press("ArrowUp", len(values) - at)
        expect(self.page.locator(f"input[name={name}][value='{value}']")).to_be_checked()

    def _answer(self, fact: str, value) -> None:
        kind = FACTS[fact].kind
        if kind in (Kind.YES_NO, Kind.CHOICE):
            self.choose(fact, value)
        elif kind is Kind.LEVELS:
            for level in value:
                self.to(fact, level)
                self.press("Space")
        elif kind is Kind.DATE:
            for box, number in zip(("day", "month", "year"), (value.day, value.month, value.year), strict=True):
                self.to(f"{fact}_{box}")
                self.type(str(number))
        else:
            self.to(fact)
            self.type(value if isinstance(value, str) else value[0])
            if not isinstance(value, str):
                self.to(f"{fact}_unit")
                self.press("ArrowDown")
