"""Whom the connections to the Bot API trust, over real TLS."""

import ssl
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from afk_core.infra.clock import SystemClock
from bot.channels.telegram.api import ApiUnreachable, TelegramApi

_TOKEN = "42:uji"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for `localhost` that an office signed itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = SystemClock().now()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "kantor.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


@pytest.fixture
async def server(certificate: Path) -> AsyncIterator[str]:
    """A Bot API server with that certificate."""

    async def answer(_request: web.Request) -> web.Response:
        return web.json_response({"ok": True, "result": {"id": 42}})

    app = web.Application()
    app.router.add_post(f"/bot{_TOKEN}/getMe", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    await web.TCPSite(runner, "localhost", 0, ssl_context=context).start()
    yield f"https://localhost:{runner.addresses[0][1]}/"
    await runner.cleanup()


async def test_a_certificate_that_the_machine_trusts_is_trusted(
    server: str, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    api = TelegramApi(server, _TOKEN)
    assert await api.call("getMe") == {"id": 42}
    await api.close()


@pytest.mark.parametrize("machine_has_a_list", [True, False])
async def test_another_certificate_is_not(
    server: str, machine_has_a_list: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not machine_has_a_list:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "tidak-ada.pem"))
        monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "tidak-ada"))
    api = TelegramApi(server, _TOKEN)
    with pytest.raises(ApiUnreachable) as failure:
        await api.call("getMe")
    assert str(failure.value) == "ClientConnectorCertificateError"
    assert not failure.value.connected
    await api.close()
