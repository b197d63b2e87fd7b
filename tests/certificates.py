"""Certificates for a test: an authority, and what it gives to a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HERE: Sequence[x509.GeneralName] = (x509.IPAddress(IPv4Address("127.0.0.1")), x509.DNSName("localhost"))


@dataclass
class Authority:
    """`file` is what others trust."""

    folder: Path
    called: str = "authority"

    def __post_init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name(self.called)
        made = _builder(self._name, self._name, self._key.public_key())
        self._certificate = made.add_extension(x509.BasicConstraints(True, None), True).sign(self._key, hashes.SHA256())
        self.file = self.folder / f"{self.called}.pem"
        self.file.write_bytes(_pem(self._certificate))

    def give(self, called: str) -> Path:
        """One file of key and certificates, for a program on this machine."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = _builder(_name(called), self._name, key.public_key())
        made = made.add_extension(x509.SubjectAlternativeName(HERE), False)
        certificate = made.sign(self._key, hashes.SHA256())
        own = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file = self.folder / f"{called}-of-{self.called}.pem"
        file.write_bytes(own + _pem(certificate) + _pem(self._certificate))
        file.chmod(0o600)
        return file


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
    )


def _name(called: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, called)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
