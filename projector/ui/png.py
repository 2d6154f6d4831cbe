"""Pictures as PNG, some rows at a time: Qt writes a large one in one go and cannot say how far it is."""

import struct
import zlib

import numpy as np
from PySide6.QtGui import QImage

from projector.domain.progress import Progress, silent

_AT_ONCE = 1 << 20  # pixels: some 10 ms
_LEVEL = 4  # beyond it a file shrinks little and takes twice as long
_RGB = 2  # the colour type of https://www.w3.org/TR/png-3/#11IHDR


def png_of(image: QImage, progress: Progress = silent) -> bytes:
    """An opaque picture, without what is transparent in it. progress counts pixels. Raises Cancelled."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    wide, high = image.width(), image.height()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(high, -1, 4)[:, :wide]  # blue first
    packer, packed = zlib.compressobj(_LEVEL), []
    rows = max(_AT_ONCE // wide, 1)
    for first in range(0, high, rows):
        progress(first * wide, high * wide, "writing the picture")
        part = pixels[first : first + rows, :, 2::-1]
        lines = np.zeros((len(part), 1 + 3 * wide), np.uint8)  # each begins with a 0: as it is
        lines[:, 1:] = part.reshape(len(part), -1)
        packed.append(packer.compress(lines.data))
    packed.append(packer.flush())
    head = struct.pack(">IIBBBBB", wide, high, 8, _RGB, 0, 0, 0)
    chunks = (_chunk(b"IHDR", head), _chunk(b"IDAT", b"".join(packed)), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(data, zlib.crc32(kind)))
