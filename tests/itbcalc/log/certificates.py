"""Certificates for tests: an authority, and what it signs."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Authority:
    """Whoever signs: its certificate lies in `root`."""

    root: Path
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def sign(self, name: str, folder: Path, *, host: bool = False) -> tuple[Path, Path]:
        """Certificate and key of `name`, a login or a host, as files that their owner alone reads."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(name, self.certificate.subject, key)
        if host:
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        paths = folder / f"{name}.crt", folder / f"{name}.key"
        _write(paths[0], builder.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        _write(paths[1], _pem(key))
        return paths


def authority(folder: Path, name: str) -> Authority:
    """A new one, trusted by whoever is told to."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = _builder(name, subject, key).add_extension(
        x509.BasicConstraints(ca=True, path_length=None), critical=True
    )
    certificate = builder.sign(key, hashes.SHA256())
    root = folder / f"{name}.crt"
    _write(root, certificate.public_bytes(serialization.Encoding.PEM))
    return Authority(root, key, certificate)


def _builder(name: str, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, content: bytes) -> None:
    path.touch(0o600)
    path.write_bytes(content)
