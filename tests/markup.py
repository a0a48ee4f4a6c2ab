"""What a page consists of, read as a browser would; and what attackers put into one."""

from html.parser import HTMLParser
from pathlib import Path

PAYLOADS = Path(__file__).with_name("xss_payloads.txt").read_text(encoding="utf-8").splitlines()

SCRIPTS = ("/static/page.js", "/static/workbench.js")
_OURS = set(
    "html head meta title link script noscript body a header nav main div form input span button "
    "label textarea select option p ul ol li section article footer h1 h2 h3 strong small code kbd "
    "table thead tbody tr th td svg rect mark blockquote details summary dl dt dd progress "
    "caption dialog".split()
)
_ADDRESSES = {"href", "src", "action", "formaction", "data", "srcdoc", "content"}


class Markup(HTMLParser):
    """All elements of a page, and its text."""

    def __init__(self, page):
        super().__init__()
        self.elements = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data

    @property
    def words(self):
        """The text with single spaces."""
        return " ".join(self.text.split())

    def dangers(self):
        """What no page of ours holds, whatever was put into it."""
        found = []
        for tag, attributes in self.elements:
            if tag not in _OURS:
                found.append(tag)
            for name, value in attributes.items():
                if name.startswith("on") or name in ("style", "srcdoc", "autofocus"):
                    found.append(f"{tag} {name}")
                elif name in _ADDRESSES and (value or "").lstrip().lower().startswith(
                    ("javascript:", "data:", "//", "http:", "https:")
                ):
                    found.append(f"{tag} {name}={value}")
            if tag == "script" and attributes.get("src") not in SCRIPTS:
                found.append("script")
        return found
