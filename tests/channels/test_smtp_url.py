from __future__ import annotations

import pytest

from include.channels.smtp_server import read_smtp_url
from include.errors import NeverRetry


@pytest.mark.parametrize(
    ("url", "host", "port", "security"),
    [
        ("smtp://127.0.0.1:1025", "127.0.0.1", 1025, "none"),
        ("smtp://localhost", "localhost", 587, "none"),
        ("smtp://localhost?starttls=1", "localhost", 587, "starttls"),
        ("smtp://[::1]:2525", "::1", 2525, "none"),
        ("smtp://mail.example.com", "mail.example.com", 587, "starttls"),
        ("smtp://mailcatcher:1025?starttls=0", "mailcatcher", 1025, "none"),
        ("smtps://mail.example.com", "mail.example.com", 465, "tls"),
    ],
)
def test_a_connection_to_another_machine_is_encrypted_unless_someone_wrote_otherwise(
    url: str, host: str, port: int, security: str
) -> None:
    server = read_smtp_url(url)
    assert (server.host, server.port, server.security) == (host, port, security)


def test_name_and_password_may_hold_any_letter_and_are_in_no_repr() -> None:
    server = read_smtp_url("smtps://me%40example.com:p%40ss%3Aw%2Frd@mail.example.com?timeout=5")
    assert (server.user, server.password, server.timeout) == ("me@example.com", "p@ss:w/rd", 5.0)
    assert "p@ss" not in repr(server)
    assert "me@" not in repr(server)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mail.example.com:25", "write smtp://"),
        ("http://s3cret@mail.example.com", "write smtp://"),
        ("smtp://user:s3cret@", "write smtp://"),
        ("smtp://user:s3cret@mail.example.com:port", "write smtp://"),
        ("smtp://user:s3cret@mail.example.com?starttls=0", "in the clear"),
        ("smtp://user:s3cret@mail.example.com?starttls=maybe", "0 or 1"),
        ("smtp://user:s3cret@mail.example.com?tls=1", "unknown option 'tls'"),
        ("smtp://user:s3cret@mail.example.com?timeout=soon", "seconds"),
    ],
)
def test_a_broken_url_is_named_by_its_setting_and_never_shown(url: str, says: str) -> None:
    with pytest.raises(NeverRetry, match=says) as error:
        read_smtp_url(url)
    assert "AMANAH_SMTP_URL" in str(error.value)
    assert "s3cret" not in str(error.value)
