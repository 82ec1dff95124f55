"""typst through its Python binding: pack.typ reads the content and is compiled as one document."""

import os
from pathlib import Path

import typst


def build(folder, out):
    """Draw the pack of `folder` to `out`."""
    fonts = Path(os.path.realpath("node_modules/@expo-google-fonts/biz-udpgothic"))
    typst.compile(
        str(Path(__file__).with_name("pack.typ")),
        output=str(out),
        root="/",
        font_paths=[str(fonts / "400Regular"), str(fonts / "700Bold")],
        ignore_system_fonts=True,
        sys_inputs={"content": str(folder.resolve() / "content.json")},
    )
