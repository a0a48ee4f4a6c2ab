"""The text of a mail: its plain form, else its HTML; attachments are documents of their own."""

import email
import email.policy
from pathlib import Path

from tpmclassify.errors import TPMClassifyError


def read_eml(path: Path, name: str) -> str:
    """Read the text of an .eml file; the subject, which may be the title, is its first line."""
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    try:
        body = message.get_body(("plain", "html"))
        text = "" if body is None else str(body.get_content())
    except (LookupError, ValueError):  # an encoding that nobody knows, damaged parts
        text = ""
    if not text.strip():
        raise TPMClassifyError(
            f"{name}: the mail holds no text. Save what is attached to it as a file of its own."
        )
    return f"{message['subject'] or ''}\n{text}".strip()
