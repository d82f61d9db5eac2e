"""Makes the very bytes of a mail from its row: two bodies, safe headers, the same every time."""

from __future__ import annotations

import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8, EmailPolicy
from email.utils import format_datetime, getaddresses

from config.checks import mail_address
from config.errors import DeliveryError
from config.outgoing import MailSettings
from store import tables

SUBJECT_CHARS = 250
LINE_BYTES = 998  # RFC 5322, 2.1.1

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_CONTROL_BUT_LINES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f]")
_HEADER_NAME = re.compile(r"[A-Za-z0-9-]{1,60}")
_OURS = re.compile(
    r"(?i)from|sender|to|cc|bcc|reply-to|return-path|subject|date|message-id|mime-.*|content-.*|"
    r"resent-.*|received"
)


def freeze_mail(row: tables.OutboxRow, mail: MailSettings, now: datetime) -> bytes:
    """The message, lines ended by CR LF, ASCII but for addresses that need more.

    Control characters cannot reach a header. Raises DeliveryError for an address that is none, for
    a header of the row that is not plain or would replace one of ours.
    """
    sender, receiver = read_mailbox(mail.sender), read_mailbox(row.receiver)
    message = EmailMessage(policy=_policy(sender, receiver))
    message["From"], message["To"] = sender, receiver
    if mail.reply_to:
        message["Reply-To"] = read_mailbox(mail.reply_to)
    message["Subject"] = one_line(row.subject)[:SUBJECT_CHARS]
    message["Date"] = format_datetime(now)
    message.set_content(_body(row.text))
    if row.html is not None:
        message.add_alternative(_body(row.html), subtype="html")
    # Written by hand: the library folds a long address into an encoded word, which no mail program
    # opens, and a long identity into two halves.
    by_hand = {"Message-ID": row.message_id, **_extra(row)}
    lines = "".join(f"{name}: {value}\r\n" for name, value in by_hand.items())
    return lines.encode("ascii") + _crlf(message.as_bytes())


def read_mailbox(text: str) -> Address:
    """One mailbox, its domain in ASCII. Raises DeliveryError if it is none, or several."""
    try:
        ((name, address),) = getaddresses([text])
        local, _, domain = mail_address(address).rpartition("@")
        if text != one_line(text):
            raise ValueError(text)
        return Address(one_line(name), local, domain.encode("idna").decode("ascii"))
    except (ValueError, UnicodeError, IndexError):
        raise DeliveryError(
            f"{one_line(text)!r} is no mail address.", mend="Correct it where it was entered."
        ) from None


def one_line(text: str) -> str:
    """The words on one line, without what could begin another header.

    >>> one_line("Hello\\r\\nBcc: everybody@example.org")
    'Hello Bcc: everybody@example.org'
    """
    return _CONTROL.sub(" ", _whole(text)).strip()


def _policy(*addresses: Address) -> EmailPolicy[EmailMessage]:
    """Seven bits on the wire, which every server takes, unless a name before the @ needs more."""
    base = SMTP if all(address.username.isascii() for address in addresses) else SMTPUTF8
    return base.clone(cte_type="7bit")


def _body(text: str) -> str:
    return _CONTROL_BUT_LINES.sub("", _whole(text).replace("\r\n", "\n").replace("\r", "\n"))


def _whole(text: str) -> str:
    """Without halves of characters, which no encoding knows."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _extra(row: tables.OutboxRow) -> dict[str, str]:
    for name, value in {"Message-ID": row.message_id, **row.headers}.items():
        fits = len(name) + len(value) + 2 <= LINE_BYTES
        if not (value.isascii() and value.isprintable() and fits and _HEADER_NAME.fullmatch(name)):
            raise DeliveryError(f"The header {one_line(name)[:60]!r} is not one plain line.")
    for name in row.headers:
        if _OURS.fullmatch(name):
            raise DeliveryError(f"The header {name!r} is set by us, not by a message.")
    return row.headers


def _crlf(message: bytes) -> bytes:
    """Every line ended by CR LF, and by nothing else: a bare one could smuggle a second mail."""
    return re.sub(rb"\r\n|\r|\n", b"\r\n", message)
