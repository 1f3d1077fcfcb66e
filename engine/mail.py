"""Mail to people through the office's own server; without ANDU_SMTP nothing is ever sent.

ANDU_SMTP is `smtp://user:password@host:25` or `smtps://…`; ANDU_MAIL_FROM is the sender's address.
"""

from __future__ import annotations

import os
import smtplib
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

TIMEOUT_SECONDS = 20


def is_configured() -> bool:
    """Tell whether the office has a mail server."""
    return bool(os.environ.get("ANDU_SMTP"))


def send(to: str, subject: str, text: str, message_id: str) -> None:
    """Send one message; the same `message_id` again is recognised as the same mail by the receiver."""
    message = EmailMessage()
    message["From"] = os.environ.get("ANDU_MAIL_FROM") or "andu@localhost"
    message["To"] = to
    message["Subject"] = subject
    message["Message-ID"] = f"<{message_id}@andu>"
    message.set_content(text)
    server = urlsplit(os.environ["ANDU_SMTP"])
    kind = smtplib.SMTP_SSL if server.scheme == "smtps" else smtplib.SMTP
    with kind(server.hostname or "localhost", server.port or 0, timeout=TIMEOUT_SECONDS) as smtp:
        if server.username:
            if kind is smtplib.SMTP:
                smtp.starttls()
            smtp.login(unquote(server.username), unquote(server.password or ""))
        smtp.send_message(message)
