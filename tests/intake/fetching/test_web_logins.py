"""Who is shown a login, and who must prove that they are who they say."""

from __future__ import annotations

import base64
import logging
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from web_server import BODY, WebServer, running

from include.errors import NeverRetry
from include.intake.fetching import Fetched, Login
from include.intake.fetching.faults import HostNotTrusted, LoginNeeded, NotAFile
from include.intake.fetching.hops import credentials, next_hop

Bring = Callable[..., Fetched]
PASSWORD = "qanveltir-password"
LOGIN = Login("partner", login="amanah", password=PASSWORD)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate and its key for 127.0.0.1, signed by nobody but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "files.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "files.example.pem"
    pem = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + key.private_bytes(*pem))
    return file


@pytest.fixture
def secure(certificate: Path) -> Iterator[WebServer]:
    server = WebServer()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.scheme = "https"
    with running(server):
        yield server


def test_a_certificate_that_nobody_vouches_for_is_refused(secure: WebServer, bring: Bring) -> None:
    with pytest.raises(HostNotTrusted, match=r"certificate.*SSL_CERT_FILE"):
        bring(secure.serves("/guide.csv", BODY))


def test_a_certificate_of_a_known_authority_is_enough(
    secure: WebServer, bring: Bring, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert bring(secure.serves("/guide.csv", BODY)).size == len(BODY)


def test_a_link_from_https_to_http_is_refused(
    secure: WebServer, web: WebServer, bring: Bring, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    link = secure.serves("/guide.csv", status=302, headers={"Location": web.serves("/guide.csv", BODY)})
    with pytest.raises(NotAFile, match="from https to http"):
        bring(link)
    assert web.asked == []


@pytest.mark.parametrize(
    "inside",
    [
        "http://127.0.0.1/x",
        "http://localhost/x",
        "http://169.254.169.254/x",
        "http://10.0.0.7/x",
        "http://[::1]/x",
        "http://2130706433/x",
        "http://127.1/x",
    ],
)
def test_a_link_from_outside_may_not_lead_inside(inside: str) -> None:
    with pytest.raises(NotAFile, match="inside this network"):
        next_hop("source guide", httpx.URL("http://1.1.1.1/guide.csv"), inside, None)


@pytest.mark.parametrize(
    ("login", "header", "value"),
    [
        (LOGIN, "authorization", "Basic " + base64.b64encode(f"amanah:{PASSWORD}".encode()).decode()),
        (Login("partner", password=PASSWORD), "authorization", f"Bearer {PASSWORD}"),
        (Login("partner", extra={"headers": {"X-Api-Key": PASSWORD}}), "x-api-key", PASSWORD),
    ],
)
def test_a_connection_logs_in(login: Login, header: str, value: str, web: WebServer, bring: Bring) -> None:
    assert bring(web.serves("/guide.csv", BODY), login=login).size == len(BODY)
    assert web.asked[0][1][header] == value


def test_a_secret_of_a_link_comes_from_its_connection_and_is_seen_by_the_server_alone(
    web: WebServer, bring: Bring, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    login = Login("partner", extra={"query": {"token": PASSWORD}, "headers": {"X-Key": PASSWORD}})
    bring(web.serves("/guide.csv", BODY) + "?page=1", login=login)
    assert web.asked[0][0] == f"/guide.csv?page=1&token={PASSWORD}"
    web.serves("/guide.csv", status=403)
    with pytest.raises(LoginNeeded, match="correct the login in the Airflow connection partner") as error:
        bring(web.url("/guide.csv?page=1"), login=login)
    assert PASSWORD not in f"{error.value!r}{login!r}{caplog.text}"


def test_the_login_is_not_shown_to_a_host_that_the_link_leads_on_to(web: WebServer, bring: Bring) -> None:
    with running(WebServer()) as other:
        there = other.serves("/guide.csv", BODY)
        link = web.serves("/guide.csv", status=302, headers={"Location": there})
        bring(link, login=Login("partner", login="amanah", password=PASSWORD, extra={"headers": {"X-Key": PASSWORD}}))
        assert PASSWORD not in str(other.asked)
        assert not {"authorization", "x-key"} & other.asked[0][1].keys()
    assert {"authorization", "x-key"} <= web.asked[0][1].keys()


def test_a_login_goes_over_tls_only() -> None:
    with pytest.raises(NeverRetry, match="use https://") as error:
        credentials("source guide", httpx.URL("http://data.example/guide.csv"), LOGIN)
    assert PASSWORD not in str(error.value)


@pytest.mark.parametrize(("host", "port"), [("other.example", None), ("https://other.example/", None), (None, 8443)])
def test_a_connection_of_another_host_is_not_used(host: str | None, port: int | None) -> None:
    login = Login("partner", host=host, port=port, password=PASSWORD)
    with pytest.raises(NeverRetry, match="another host's"):
        credentials("source guide", httpx.URL("https://data.example/guide.csv"), login)


def test_an_extra_that_is_no_mapping_is_told() -> None:
    with pytest.raises(NeverRetry, match="extra field headers"):
        credentials("source guide", httpx.URL("https://data.example/g.csv"), Login("partner", extra={"headers": "x"}))
