"""A certificate for a local network: browsers warn once, and then give the page its microphone."""

from __future__ import annotations

import ipaddress
import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

VALID = timedelta(days=365)  # Safari takes 398 days at most
RENEW_BEFORE = timedelta(days=14)


def ensure_certificate(folder: Path) -> tuple[Path, Path]:
    """Certificate and key in `folder`: those of last time while they hold for this machine, else new ones."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    names, addresses = list_names(), list_addresses()
    if not (key.is_file() and _still_holds(certificate, names, addresses)):
        folder.mkdir(parents=True, exist_ok=True)
        _write_pair(certificate, key, names, addresses)
    return certificate, key


def list_names() -> frozenset[str]:
    return frozenset({"localhost", socket.gethostname().lower(), socket.getfqdn().lower()})


def list_addresses() -> frozenset[str]:
    found = {"127.0.0.1", "::1"}
    for interface in psutil.net_if_addrs().values():
        for address in interface:
            if address.family in (socket.AF_INET, socket.AF_INET6):
                found.add(address.address.partition("%")[0])
    return frozenset(found)


def _still_holds(path: Path, names: frozenset[str], addresses: frozenset[str]) -> bool:
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
        alternatives = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, x509.ExtensionNotFound):
        return False
    covered = {str(address) for address in alternatives.get_values_for_type(x509.IPAddress)}
    return (
        certificate.not_valid_after_utc - RENEW_BEFORE > datetime.now(UTC)
        and names <= set(alternatives.get_values_for_type(x509.DNSName))
        and {str(ipaddress.ip_address(address)) for address in addresses} <= covered
    )


def _write_pair(certificate: Path, key: Path, names: frozenset[str], addresses: frozenset[str]) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Viva on this network")])
    alternatives: list[x509.GeneralName] = [x509.DNSName(name) for name in sorted(names)]
    alternatives += [x509.IPAddress(ipaddress.ip_address(address)) for address in sorted(addresses)]
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + VALID)
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(private, hashes.SHA256())
    )
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    key.unlink(missing_ok=True)
    with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
