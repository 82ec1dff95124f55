"""Signed packs: the pages stay, the signature holds, and a change of a byte is found."""

import hashlib
from datetime import UTC, datetime, timedelta

import pikepdf
import pytest

from inspection.config import load_settings
from inspection.errors import SettingError
from inspection.packs.signing import SigningError, load_signer, sign_file
from tests.api.conftest import caller, secretariat, work  # noqa: F401
from tests.api.steps import a_confirmed_visit, a_kept_meeting

PASSWORD = "見本のパスワード"


def a_key_file(path, days=30):
    """Write a PKCS#12 file with a key and a certificate of its own that ends in so many days."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import (
        BestAvailableEncryption,
        pkcs12,
    )

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "見本市")])
    start = datetime.now(UTC) - timedelta(days=60)
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(start)
        .not_valid_after(datetime.now(UTC) + timedelta(days=days))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"hantei", key, certificate, None, BestAvailableEncryption(PASSWORD.encode())
        )
    )
    return str(path)


def standing(path, signer):
    """Return what pyHanko says of the one signature, trusting its certificate."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    trusted = ValidationContext(trust_roots=[signer.signing_cert], allow_fetching=False)
    with path.open("rb") as stream:
        (signature,) = PdfFileReader(stream).embedded_signatures
        return validate_pdf_signature(signature, trusted)


def test_a_signature_is_added_behind_the_pages_and_holds(pack, tmp_path):
    signer = load_signer(a_key_file(tmp_path / "key.p12"), PASSWORD)
    unsigned = pack[0].read_bytes()
    path = tmp_path / "signed.pdf"
    path.write_bytes(unsigned)

    sign_file(path, signer, "判定委員会資料")

    signed = path.read_bytes()
    assert signed[: len(unsigned)] == unsigned
    status = standing(path, signer)
    assert (status.intact, status.valid, status.trusted) == (True, True, True)
    assert status.coverage.name == "ENTIRE_FILE"
    with pikepdf.open(path) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert pdf.Root.AcroForm.Fields[0].V.SubFilter == pikepdf.Name("/ETSI.CAdES.detached")


def test_a_changed_byte_breaks_the_signature(pack, tmp_path):
    signer = load_signer(a_key_file(tmp_path / "key.p12"), PASSWORD)
    path = tmp_path / "signed.pdf"
    path.write_bytes(pack[0].read_bytes())
    sign_file(path, signer, "判定委員会資料")

    data = bytearray(path.read_bytes())
    place = data.index(b"stream\n") + 200
    data[place] ^= 1
    path.write_bytes(data)

    assert not standing(path, signer).intact


def test_a_certificate_out_of_its_time_signs_nothing(pack, tmp_path):
    signer = load_signer(a_key_file(tmp_path / "key.p12", days=-1), PASSWORD)
    path = tmp_path / "pack.pdf"
    path.write_bytes(pack[0].read_bytes())

    with pytest.raises(SigningError, match="有効期間外"):
        sign_file(path, signer, "判定委員会資料")

    assert path.read_bytes() == pack[0].read_bytes()


@pytest.mark.parametrize("fault", ["password", "missing", "no key file"])
def test_a_key_that_cannot_be_used_stops_the_start(tmp_path, fault):
    path = tmp_path / "key.p12"
    if fault != "missing":
        a_key_file(path)
    if fault == "no key file":
        path.write_bytes(b"not a key")
    password = "x" if fault == "password" else PASSWORD

    with pytest.raises(SettingError, match="HANTEI_PACK_SIGNING_KEY") as told:
        load_settings(
            {
                "HANTEI_VAR_DIR": str(tmp_path),
                "HANTEI_PACK_SIGNING_KEY": str(path),
                "HANTEI_PACK_SIGNING_PASSWORD": password,
            }
        )

    assert PASSWORD not in str(told.value)


def test_a_pack_is_signed_when_a_key_is_configured(app, secretariat, work, tmp_path):  # noqa: F811
    app.config["HANTEI_PACK_SIGNING_KEY"] = a_key_file(tmp_path / "key.p12")
    app.config["HANTEI_PACK_SIGNING_PASSWORD"] = PASSWORD
    meeting = a_kept_meeting(secretariat, a_confirmed_visit(secretariat))

    pack = secretariat.post(f"/meetings/{meeting}/packs", json={"edition": "closed"}).json["id"]
    work()

    told = secretariat.get(f"/packs/{pack}").json
    data = secretariat.get(f"/packs/{pack}/file").data
    assert told["status"] == "ready", told
    assert told["sha256"] == hashlib.sha256(data).hexdigest()
    assert told["bytes"] == len(data)
    path = tmp_path / "served.pdf"
    path.write_bytes(data)
    signer = load_signer(app.config["HANTEI_PACK_SIGNING_KEY"], PASSWORD)
    assert standing(path, signer).intact
