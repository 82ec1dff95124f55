"""An electronic seal on a finished pack: PAdES B-B, by an incremental update (電子署名).

The pages stay byte for byte what they were; the signature and the time of signing are added behind
them. pyHanko does it, which is installed only where packs are signed (requirements-signing.txt).
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FIELD = "HanteiSeal"


class SigningError(ValueError):
    """Packs cannot be signed: the message says what is wrong with key, password or installation."""


def load_signer(path: str, password: str) -> Any:
    """Open a PKCS#12 file with a private key and its certificates. Raises SigningError."""
    try:
        from pyhanko.sign import signers
    except ImportError:
        raise SigningError(
            "needs pyHanko: pip install --require-hashes -r requirements-signing.txt"
        ) from None
    if not Path(path).is_file():
        raise SigningError("is no file that can be read")
    signer = signers.SimpleSigner.load_pkcs12(path, passphrase=password.encode("utf-8") or None)
    if signer is None:
        raise SigningError(
            "cannot be opened: no PKCS#12 file with key and certificate, "
            "or HANTEI_PACK_SIGNING_PASSWORD is another"
        )
    return signer


def sign_file(path: Path, signer: Any, reason: str) -> None:
    """Add an invisible signature to the PDF at `path`, in place.

    Memory does not grow with the file. Raises SigningError for a certificate out of its time.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import PdfSignatureMetadata, signers
    from pyhanko.sign.fields import SigSeedSubFilter

    certificate = signer.signing_cert
    if not certificate.not_valid_before <= datetime.now(UTC) <= certificate.not_valid_after:
        raise SigningError("署名用の証明書の有効期間外です。証明書を更新してください。")
    metadata = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        reason=reason,
    )
    with path.open("r+b") as stream:
        signers.sign_pdf(IncrementalPdfFileWriter(stream), metadata, signer=signer, in_place=True)
        stream.flush()
        os.fsync(stream.fileno())
