"""Text of scanned pages by optical recognition, where the extra `ocr` is installed.

An engine finds lines of text in an image; what they make of a page is `recognised`'s matter. The
one engine is RapidOCR with the PP-OCRv6 weights its package carries; nothing is fetched.
"""

from __future__ import annotations

import importlib.util
import io
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pipeline.extract.layout import Line
from pipeline.extract.recognised import Found, lines_of, readable

if TYPE_CHECKING:
    from PIL.Image import Image

REMEDY = "install the OCR extra (make setup-ocr) and run geppo rebuild --apply"
"""What makes a scan readable, for the analyst."""
DPI = 200
"""Resolution at which pages of a PDF are drawn: finer gains nothing and costs time."""
_LONGEST = 2400
"""Pixels along the longer side of an image that is recognised: bounds memory and time."""
_MAX_PIXELS = 150_000_000
_MAX_PAGES = 60
_MAX_SECONDS = 900.0
_DETECTOR, _READER = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"


class Engine(Protocol):
    """Finds the lines of text in an image."""

    def read(self, image: Image) -> Sequence[Found]:
        """The lines of an RGB image in any order, corners in its pixels."""


FindEngine = Callable[[], "Engine | None"]
"""Called when a scan turns up: the engine, or None where there is none."""


@dataclass(frozen=True)
class Recognised:
    """The lines of each page that was recognised, in order, and what was left out and why."""

    pages: tuple[tuple[Line, ...], ...]
    left_out: str | None = None

    @property
    def size(self) -> int:
        """Characters in all."""
        return sum(len(piece.text) for page in self.pages for piece, _, _ in page)


class RapidEngine:
    """RapidOCR (Apache-2.0) on onnxruntime."""

    def __init__(self, models: Path) -> None:
        from rapidocr import RapidOCR

        # Named files, so that a package without them is an error and never a download.
        self._engine = RapidOCR(
            params={
                "Global.log_level": "error",
                "Global.use_cls": False,
                "Global.max_side_len": _LONGEST,
                "Det.model_path": str(models / _DETECTOR),
                "Rec.model_path": str(models / _READER),
            }
        )

    def read(self, image: Image) -> Sequence[Found]:
        import numpy

        result = self._engine(numpy.asarray(image.convert("RGB"))[:, :, ::-1])
        if result.boxes is None or result.txts is None or result.scores is None:
            return ()
        return tuple(
            Found(text, tuple((float(x), float(y)) for x, y in box), float(score))
            for text, box, score in zip(result.txts, result.boxes, result.scores, strict=True)
        )


@lru_cache(maxsize=1)
def installed() -> Engine | None:
    """The engine of the extra; None where the extra, or its weights, are not there."""
    found = importlib.util.find_spec("rapidocr")
    if found is None or found.origin is None or importlib.util.find_spec("onnxruntime") is None:
        return None
    models = Path(found.origin).parent / "models"
    if not all((models / name).is_file() for name in (_DETECTOR, _READER)):
        return None
    return RapidEngine(models)


def recognise_pdf(data: bytes, numbers: Sequence[int], engine: Engine) -> Recognised:
    """The lines of the pages `numbers` (from 0) of a PDF. Raises what pdfium raises for a broken
    file."""
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    try:
        return _recognise(_drawn(document, numbers[:_MAX_PAGES]), len(numbers), engine)
    finally:
        document.close()


def _drawn(document: object, numbers: Sequence[int]) -> Iterator[Image]:
    for number in numbers:
        page = document[number]  # type: ignore[index]
        scale = min(DPI / 72, _LONGEST / max(*page.get_size(), 1.0))
        yield page.render(scale=scale).to_pil()
        page.close()


def recognise_image(data: bytes, engine: Engine) -> Recognised:
    """The lines of a picture (each page of a TIFF). Raises ValueError for what is no picture or
    too large, the message being a clause for the analyst."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data)) as picture:
            if picture.width * picture.height > _MAX_PIXELS:
                raise ValueError(f"the picture has more than {_MAX_PIXELS // 1_000_000} megapixels")
            count = int(getattr(picture, "n_frames", 1))
            return _recognise(_frames(picture), count, engine)
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(f"the picture cannot be read ({type(error).__name__})") from error


def _frames(picture: Image) -> Iterator[Image]:
    from PIL import ImageSequence

    for number, frame in enumerate(ImageSequence.Iterator(picture)):
        if number == _MAX_PAGES:
            return
        yield _on_white(frame)


def _on_white(frame: Image) -> Image:
    """A frame of bounded size in RGB; what is transparent is paper."""
    from PIL import Image

    image = frame.copy()
    image.thumbnail((_LONGEST, _LONGEST))
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        paper.alpha_composite(image)
        image = paper
    return image.convert("RGB")


def _recognise(images: Iterator[Image], count: int, engine: Engine) -> Recognised:
    """`count`: the pages there are; `images` may be fewer."""
    pages: list[tuple[Line, ...]] = []
    end = time.monotonic() + _MAX_SECONDS
    for image in images:
        pages.append(tuple(lines_of(*_upright(image, engine))))
        if time.monotonic() > end:
            break
    left_out = None
    if len(pages) < count:
        left_out = f"only {len(pages)} of its {count} scanned pages were recognised"
    return Recognised(tuple(pages), left_out)


def _upright(image: Image, engine: Engine) -> tuple[Sequence[Found], float]:
    """What the engine finds, in the orientation in which it reads best, and the points (1/72
    inch) a pixel is wide on an A4 sheet."""
    best = engine.read(image)
    if best and not readable(best):
        turned = [engine.read(image.rotate(angle, expand=True)) for angle in (90, 180, 270)]
        best = max((best, *turned), key=_legible)
    return best, 842 / max(image.size)


def _legible(found: Sequence[Found]) -> float:
    """How much text is read how surely; a line that stands on end counts for nothing."""
    return sum(len(one.text) * max(one.score - 0.5, 0.0) for one in found if not one.on_end)
