"""The file itself: header, objects as they come, cross-reference table, trailer."""

import hashlib
import zlib
from array import array
from typing import Any, BinaryIO

from inspection.packs.pdf.objects import Name, Ref, serialise

HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


def deflate(data: bytes) -> bytes:
    """Return a stream's bytes as FlateDecode reads them."""
    return zlib.compress(data, 6)


class PdfFile:
    """Writes one PDF to a binary stream, front to back.

    Memory is eight bytes an object. `size` and `sha256` count what was written so far.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._hash = hashlib.sha256()
        self._offsets = array("Q", [0])
        self.size = 0
        self._write(HEADER)

    def reserve(self) -> Ref:
        """Return a reference whose object is put later."""
        self._offsets.append(0)
        return Ref(len(self._offsets) - 1)

    def put(self, value: Any, ref: Ref | None = None) -> Ref:
        """Write one object and return its reference."""
        ref = self._begin(ref)
        self._write(serialise(value) + b"\nendobj\n")
        return ref

    def put_stream(
        self, entries: dict[str, Any], data: bytes, ref: Ref | None = None, *, compress: bool = True
    ) -> Ref:
        """Write one stream object; `compress` applies FlateDecode, else `data` goes in untouched."""
        if compress:
            return self.put_deflated(entries, deflate(data), ref)
        return self._put_stream(entries, data, ref)

    def put_deflated(self, entries: dict[str, Any], data: bytes, ref: Ref | None = None) -> Ref:
        """Write one stream object from bytes that `deflate` made."""
        return self._put_stream({**entries, "Filter": Name("FlateDecode")}, data, ref)

    def _put_stream(self, entries: dict[str, Any], data: bytes, ref: Ref | None) -> Ref:
        ref = self._begin(ref)
        self._write(serialise({**entries, "Length": len(data)}) + b"\nstream\n")
        self._write(data)
        self._write(b"\nendstream\nendobj\n")
        return ref

    def finish(self, root: Ref, info: Ref) -> str:
        """Write the cross-reference table and the trailer; return the sha256 of the whole file.

        Both parts of /ID come from the content, so equal content gives an equal file.
        """
        identity = self._hash.digest()[:16].hex().upper().encode("ascii")
        start = self.size
        count = len(self._offsets)
        self._write(b"xref\n0 %d\n0000000000 65535 f \n" % count)
        for offset in self._offsets[1:]:
            if not offset:
                raise ValueError("a reserved object was never written")
            self._write(b"%010d 00000 n \n" % offset)
        trailer = {
            "Size": count,
            "Root": root,
            "Info": info,
            "ID": b"[<" + identity + b"><" + identity + b">]",
        }
        self._write(b"trailer\n" + serialise(trailer) + b"\nstartxref\n%d\n%%%%EOF\n" % start)
        return self._hash.hexdigest()

    def _begin(self, ref: Ref | None) -> Ref:
        ref = ref or self.reserve()
        if self._offsets[ref.number]:
            raise ValueError(f"object {ref.number} was written already")
        self._offsets[ref.number] = self.size
        self._write(b"%d 0 obj\n" % ref.number)
        return ref

    def _write(self, data: bytes) -> None:
        self._stream.write(data)
        self._hash.update(data)
        self.size += len(data)
