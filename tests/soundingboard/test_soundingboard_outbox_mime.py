"""The bytes of a mail: the same every time, whole in any script, and no way into its headers."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import DeliveryError
from config.outgoing import MailSettings
from soundingboard.delivery.mime import freeze_mail
from store import tables
from tests.fakes import NOW

MAIL = MailSettings(
    sender="Lumen Kaffee Röster <voices@lumen.example>", reply_to="mara@lumen.example"
)
LINK = "https://voices.lumen.example/unsubscribe/" + "x" * 300


def row(**changed: object) -> tables.OutboxRow:
    told = {
        "key": "k",
        "channel": "mail",
        "kind": "digest",
        "receiver": "ann@example.org",
        "subject": "Hello",
        "text": "Hello",
        "message_id": "<0123456789abcdef0123456789abcdef@soundingboard.invalid>",
        "made_at": NOW,
        **changed,
    }
    return tables.OutboxRow(**told)


def read(frozen: bytes) -> EmailMessage:
    made = message_from_bytes(frozen, policy=policy.default)
    assert isinstance(made, EmailMessage)
    return made


def test_a_mail_has_all_that_its_reader_and_their_program_need() -> None:
    headers = {
        "List-Unsubscribe": f"<{LINK}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }

    frozen = freeze_mail(row(html="<p>Hello</p>", headers=headers), MAIL, NOW)

    mail = read(frozen)
    assert mail["From"] == "Lumen Kaffee Röster <voices@lumen.example>"
    assert mail["To"] == "ann@example.org"
    assert mail["Reply-To"] == "mara@lumen.example"
    assert mail["Date"].datetime == NOW
    assert mail.get_content_type() == "multipart/alternative"
    # what mail programs look for must stand on one line, as it is
    assert f"List-Unsubscribe: <{LINK}>\r\n".encode() in frozen
    assert b"Message-ID: <0123456789abcdef0123456789abcdef@soundingboard.invalid>\r\n" in frozen


@given(st.text(), st.text(), st.text())
def test_no_words_reach_a_header_of_their_own_and_none_breaks_a_line(
    subject: str, text: str, html: str
) -> None:
    frozen = freeze_mail(row(subject=subject, text=text, html=html), MAIL, NOW)

    assert frozen.isascii()
    assert b"\n" not in frozen.replace(b"\r\n", b"")
    assert b"\r" not in frozen.replace(b"\r\n", b"")
    assert max(map(len, frozen.split(b"\r\n"))) <= 998
    mail = read(frozen)
    assert len(mail.keys()) == len(set(mail.keys()))
    assert set(mail.keys()) == {
        *("Message-ID", "From", "To", "Reply-To", "Subject", "Date", "MIME-Version"),
        "Content-Type",
    }


@pytest.mark.parametrize(
    "script", ["heute für alle", "今日はどうでしたか" * 20, "שלום 👩‍👩‍👧", "x" * 5000]
)
def test_subjects_and_texts_in_any_script_arrive_as_they_were_written(script: str) -> None:
    mail = read(freeze_mail(row(subject=script, text=script), MAIL, NOW))

    assert mail["Subject"] == script[:250]
    assert mail.get_content().strip() == script


@given(st.sampled_from(["\r", "\n", "\r\n", "\0", "\x0b", "\x85", "\u2028"]))
def test_a_line_break_in_a_subject_begins_no_header(end: str) -> None:
    mail = read(freeze_mail(row(subject=f"Hello{end}Bcc: eve@example.org"), MAIL, NOW))

    assert mail["Bcc"] is None
    assert mail["Subject"] == "Hello Bcc: eve@example.org"


@pytest.mark.parametrize(
    "receiver",
    [
        *("ann", "ann@", "@example.org", "ann@example.org\r\nBcc: eve@example.org", ""),
        *("ann@example.org, eve@example.org", "ann@exa mple.org>", "a\0@example.org"),
    ],
)
def test_what_is_no_address_fails_in_words(receiver: str) -> None:
    with pytest.raises(DeliveryError):
        freeze_mail(row(receiver=receiver), MAIL, NOW)


@pytest.mark.parametrize(
    "headers",
    [{"Bcc": "eve@example.org"}, {"from": "x"}, {"X-A": "a\r\nBcc: b"}, {"X A": "b"}, {"X": "é"}],
)
def test_a_header_of_a_row_replaces_none_of_ours_and_is_one_plain_line(
    headers: dict[str, str],
) -> None:
    with pytest.raises(DeliveryError):
        freeze_mail(row(headers=headers), MAIL, NOW)


def test_the_same_row_makes_the_same_bytes() -> None:
    assert freeze_mail(row(), MAIL, NOW) == freeze_mail(row(), MAIL, NOW)
