"""Document information, XMP with the same content, and the sRGB output intent (PDF/A-2b)."""

from dataclasses import dataclass
from xml.sax.saxutils import escape

from PIL import ImageCms

from inspection.packs.pdf.objects import Name, Ref
from inspection.packs.pdf.writer import PdfFile

PRODUCER = "Hantei"
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>2</pdfaid:part>
<pdfaid:conformance>B</pdfaid:conformance>
<dc:format>application/pdf</dc:format>
<dc:language><rdf:Bag><rdf:li>ja-JP</rdf:li></rdf:Bag></dc:language>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<pdf:Producer>{producer}</pdf:Producer>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


@dataclass(frozen=True)
class About:
    """What the file says about itself. No date: the same content gives the same bytes."""

    title: str
    author: str
    subject: str


def put_info(file: PdfFile, about: About) -> Ref:
    """Write the document information dictionary."""
    return file.put(
        {
            "Title": about.title,
            "Author": about.author,
            "Subject": about.subject,
            "Producer": PRODUCER,
        }
    )


def put_xmp(file: PdfFile, about: About) -> Ref:
    """Write the XMP packet, uncompressed so that archives find it."""
    xmp = _XMP.format(
        title=escape(about.title),
        author=escape(about.author),
        subject=escape(about.subject),
        producer=PRODUCER,
    )
    entries = {"Type": Name("Metadata"), "Subtype": Name("XML")}
    return file.put_stream(entries, xmp.encode("utf-8"), compress=False)


def srgb_profile() -> bytes:
    """Return an sRGB ICC profile; LittleCMS stamps it with the time, which is taken out."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = bytes((0x07, 0xD0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0))  # 2000-01-01T00:00:00
    return bytes(profile)


def put_output_intent(file: PdfFile) -> Ref:
    """Write the output intent that gives every DeviceRGB colour its meaning."""
    profile = file.put_stream({"N": 3, "Alternate": Name("DeviceRGB")}, srgb_profile())
    return file.put(
        {
            "Type": Name("OutputIntent"),
            "S": Name("GTS_PDFA1"),
            "OutputConditionIdentifier": "sRGB IEC61966-2.1",
            "Info": "sRGB IEC61966-2.1",
            "DestOutputProfile": profile,
        }
    )
