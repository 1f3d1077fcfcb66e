"""A notice is mailed once, to whoever has an address, where the office has a mail server."""

import socketserver
import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from engine import model, notices, outbox, store, workers

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


class Postbox(socketserver.StreamRequestHandler):
    """Speaks just enough SMTP to take a message."""

    def handle(self):
        self.wfile.write(b"220 here\r\n")
        for line in self.rfile:
            word = line[:4].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                message = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.messages.append(message.decode())
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 well\r\n")


@pytest.fixture
def postbox():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Postbox) as server:
        server.messages = []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def reader(session):
    session.add(model.Org(id="qd", name="区应急局", region="370202", kind="bureau", path="/qd/"))
    session.flush()
    session.add(model.User(name="zhang", display="张三", org_id="qd", email="zhang@example.org", created_at=NOW))
    session.commit()


def tell(monkeypatch, port: int) -> None:
    monkeypatch.setenv("ANDU_SMTP", f"smtp://127.0.0.1:{port}")
    with store.writing() as session:
        notices.tell(session, ["zhang"], "clock", "核查时限将于明日届满", NOW)


def carry_out() -> None:
    with workers.running("worker-1", poll=0.02):
        assert workers.finish(30)


def test_a_notice_reaches_its_reader_by_mail(reader, postbox, monkeypatch):
    tell(monkeypatch, postbox.server_address[1])
    carry_out()
    (message,) = postbox.messages
    assert "To: zhang@example.org" in message
    with store.reading() as session:
        assert session.scalar(select(model.Notice.mailed_at)) is not None


def test_a_notice_that_was_mailed_is_not_mailed_again(reader, postbox, monkeypatch):
    tell(monkeypatch, postbox.server_address[1])
    carry_out()
    with store.writing() as session:
        outbox.put(session, "send_mail", notice_id=session.scalar(select(model.Notice.id)))
    carry_out()
    assert len(postbox.messages) == 1


def test_without_a_mail_server_nothing_is_ordered(reader, monkeypatch):
    monkeypatch.delenv("ANDU_SMTP", raising=False)
    with store.writing() as session:
        notices.tell(session, ["zhang"], "clock", "核查时限将于明日届满", NOW)
    assert outbox.is_empty()
