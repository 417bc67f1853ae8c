"""Reads text and pictures out of a PDF that Qt wrote, page by page."""

import re
import zlib
from dataclasses import dataclass
from pathlib import Path

_OBJECT = re.compile(rb"(?m)^(\d+) 0 obj\s(.*?)\sendobj", re.DOTALL)
_GLYPHS = re.compile(rb"/(F\d+) \S+ Tf|<([0-9A-F]+)> Tj")


@dataclass(frozen=True, slots=True)
class Pdf:
    """The objects of a file by number."""

    objects: dict[int, bytes]

    @property
    def pages(self) -> list[str]:
        """The text of each page, glyph after glyph as it was drawn."""
        return [self._text(page) for page in self._pages()]

    @property
    def pictures(self) -> list[list[list[bool]]]:
        """Each picture as rows of dots, dark is true."""
        return [
            _dots(each, self._stream(each)) for each in self.objects.values() if b"/Subtype /Image" in each
        ]

    def _pages(self) -> list[bytes]:
        kids = next(each for each in self.objects.values() if b"/Type /Pages" in each)
        listed = re.search(rb"/Kids\s*\[(.*?)\]", kids, re.DOTALL)
        assert listed is not None
        return [self.objects[int(number)] for number in re.findall(rb"(\d+) 0 R", listed[1])]

    def _text(self, page: bytes) -> str:
        fonts = dict(re.findall(rb"/(F\d+) (\d+) 0 R", self._referred(page, b"Resources")))
        letters = {name: self._letters(self.objects[int(number)]) for name, number in fonts.items()}
        found, text = {}, []
        for font, glyphs in _GLYPHS.findall(self._stream(self._referred(page, b"Contents"))):
            found = letters[font] if font else found
            text += [found[glyphs[at : at + 4]] for at in range(0, len(glyphs), 4)]
        return "".join(text)

    def _letters(self, font: bytes) -> dict[bytes, str]:
        """The letters by the number of their glyph; Qt lists them in ranges."""
        table = self._referred(font, b"ToUnicode")
        return {
            b"%04X" % (int(first, 16) + at): bytes.fromhex(letter.decode()).decode("utf-16-be")
            for first, listed in re.findall(rb"<(\w+)> <\w+> \[(.*?)\]", table, re.DOTALL)
            for at, letter in enumerate(re.findall(rb"<(\w+)>", listed))
        }

    def _referred(self, content: bytes, key: bytes) -> bytes:
        found = re.search(rb"/" + key + rb" (\d+) 0 R", content)
        assert found is not None
        return self.objects[int(found[1])]

    @staticmethod
    def _stream(content: bytes) -> bytes:
        assert b"/FlateDecode" in content
        return zlib.decompress(content.partition(b"stream\n")[2])


def read_pdf(path: Path) -> Pdf:
    """The PDF in a file."""
    return Pdf({int(number): content for number, content in _OBJECT.findall(path.read_bytes())})


def _dots(content: bytes, raw: bytes) -> list[list[bool]]:
    width = int(re.findall(rb"/Width (\d+)", content)[0])
    colours = 3 if b"/DeviceRGB" in content else 1
    assert b"/BitsPerComponent 8" in content
    dark = [value < 128 for value in raw[::colours]]
    return [dark[at : at + width] for at in range(0, len(dark), width)]
