"""A page as an independent parser sees it: its elements, its words and its forms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"]
)
FREE = frozenset(["text", "search", "email", "url", "hidden", "textarea"])


@dataclass
class Form:
    """A form with what it would send if nobody changed anything.

    free : fields that take any words
    """

    method: str
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    free: list[str] = field(default_factory=list)


class Page(HTMLParser):
    """Every element with its attributes, every form, and all words outside of scripts.

    unclosed : elements that were opened and not closed in order; a whole page leaves none
    """

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.forms: list[Form] = []
        self.words: list[str] = []
        self.title = ""
        self.comments: list[str] = []
        self.styles: list[str] = []
        self.unclosed: list[str] = []
        self._inside: list[str] = []
        self._form: Form | None = None
        self._choice = ""
        self._area = ""
        self.feed(text)
        self.close()
        self.unclosed += self._inside

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.elements.append((tag, told))
        if tag not in VOID:
            self._inside.append(tag)
        if tag == "form":
            self._form = Form(told.get("method", "get"), told.get("action", ""))
            self.forms.append(self._form)
        elif self._form is not None:
            self._field(self._form, tag, told)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag in self._inside:
            while (last := self._inside.pop()) != tag:
                self.unclosed.append(last)
        elif tag not in VOID:
            self.unclosed.append(f"/{tag}")
        if tag == "form":
            self._form = None
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area and self._form is not None:
            self._form.fields[self._area] += data
        if "title" in self._inside and "svg" not in self._inside:
            self.title += data
        if "style" in self._inside:
            self.styles.append(data)
        if not {"script", "style"} & set(self._inside):
            self.words.append(data)

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def _field(self, form: Form, tag: str, told: dict[str, str]) -> None:
        name, kind = told.get("name", ""), told.get("type", "text") if tag == "input" else tag
        if tag == "select":
            self._choice = name
        elif tag == "option" and self._choice:
            if "selected" in told or self._choice not in form.fields:
                form.fields[self._choice] = told.get("value", "")
        elif not name or (kind in ("checkbox", "radio") and "checked" not in told):
            return
        elif tag == "textarea":
            self._area, form.fields[name] = name, ""
        elif tag == "input":
            form.fields[name] = told.get("value", "")
        if kind in FREE and name:
            form.free.append(name)


def forms(text: str) -> Iterator[Form]:
    """The forms of a page that change something."""
    return (form for form in Page(text).forms if form.method == "post")
