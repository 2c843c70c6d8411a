"""The fonts of the PDF: where they lie and which characters they have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import typst
from fontTools.ttLib import TTCollection, TTFont, TTLibError

from pipeline.render.errors import RenderError

PREFERRED = "Noto Sans CJK JP"
_SUFFIXES = (".otf", ".ttf", ".ttc", ".otc")
_NEEDED = "〔〕U+0123456789ABCDEFあいう月報大気環境。、"


@dataclass(frozen=True)
class FontSet:
    """Loaded fonts: their families in order of preference, and the code points they have."""

    folders: tuple[Path, ...]
    fonts: typst.Fonts
    families: tuple[str, ...]
    characters: frozenset[int]


def load_fonts(font_dir: Path | None) -> FontSet:
    """The fonts of a folder, or of the installed Noto packages where it is None.

    Raises RenderError naming the folder when it is missing or holds no readable font.
    """
    return _load(_package_folders() if font_dir is None else (font_dir.resolve(),))


def _package_folders() -> tuple[Path, ...]:
    try:
        import noto_cjk_sans_jp_bold
        import noto_cjk_sans_jp_regular
    except ImportError as error:
        raise RenderError(
            f"the font package {error.name} is not installed; run `make setup`, or set "
            "GEPPO_FONT_DIR to a folder with Noto Sans CJK JP"
        ) from error
    modules = (noto_cjk_sans_jp_regular, noto_cjk_sans_jp_bold)
    return tuple(Path(module.FONT_PATH).parent for module in modules)


@lru_cache(maxsize=4)
def _load(folders: tuple[Path, ...]) -> FontSet:
    files: list[Path] = []
    for folder in folders:
        found = sorted(p for p in folder.glob("*") if p.suffix.lower() in _SUFFIXES)
        if not found:
            raise RenderError(
                f"no font in {folder} ({'empty' if folder.is_dir() else 'no such folder'}); put "
                "the .otf files of Noto Sans CJK JP (regular and bold) there, or leave "
                "GEPPO_FONT_DIR unset to use the installed packages"
            )
        files.extend(found)
    characters: set[int] = set()
    for file in files:
        characters |= _characters(file)
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder) for folder in folders],
    )
    names = sorted(fonts.families(), key=lambda name: (name != PREFERRED, name))
    if not names:
        raise RenderError(f"no usable font in {', '.join(str(f) for f in folders)}")
    return FontSet(folders, fonts, tuple(names), frozenset(characters))


def _characters(file: Path) -> set[int]:
    try:
        with file.open("rb") as stream:
            if file.suffix.lower() in (".ttc", ".otc"):
                fonts = TTCollection(stream, lazy=True).fonts
            else:
                fonts = [TTFont(stream, lazy=True)]
            return {code for font in fonts for code in font.getBestCmap() or {}}
    except (TTLibError, OSError, AssertionError) as error:
        raise RenderError(f"font {file} cannot be read: {error}; replace the file") from error


def stand_ins(fonts: FontSet, words: Iterable[str]) -> dict[int, str]:
    """What to print for the characters of `words` that the fonts lack: 〔U+1F600〕 for an emoji.

    A table for str.translate; empty when every character has a glyph. Raises RenderError where
    the fonts cannot set Japanese at all: then the font is wrong, not the text.
    """
    lacking = set(map(ord, _NEEDED)) - fonts.characters
    if lacking:
        folders = ", ".join(str(folder) for folder in fonts.folders)
        raise RenderError(
            f"PDF: the fonts of {folders} lack {len(lacking)} of the characters every issue "
            f"needs, among them {chr(min(lacking))}; set GEPPO_FONT_DIR to a folder that holds "
            "Noto Sans CJK JP, or leave it unset"
        )
    used = {ord(character) for text in words for character in text}
    return {code: f"〔U+{code:04X}〕" for code in sorted(used - fonts.characters)}
