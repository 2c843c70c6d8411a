"""The fonts of the PDF: where they lie and which characters they have."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import typst
from fontTools.ttLib import TTCollection, TTFont, TTLibError

from pipeline.render.errors import RenderError

PREFERRED = "Noto Sans CJK JP"
_SUFFIXES = (".otf", ".ttf", ".ttc", ".otc")
_SHOWN = 20


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


def check_coverage(fonts: FontSet, places: Mapping[str, str]) -> None:
    """Every character of `places` (text by where it stands) must be in the fonts.

    Raises RenderError listing the characters and where each is first met: a character without
    a glyph would be an empty box on paper.
    """
    missing: dict[str, str] = {}
    for place, words in places.items():
        for character in sorted(set(words)):
            if ord(character) not in fonts.characters:
                missing.setdefault(character, place)
    if not missing:
        return
    listed = [
        f"U+{ord(char):04X} {unicodedata.name(char, 'unnamed')} in {place}"
        for char, place in list(missing.items())[:_SHOWN]
    ]
    more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
    folders = ", ".join(str(folder) for folder in fonts.folders)
    raise RenderError(
        f"PDF: {len(missing)} character(s) are not in the fonts of {folders}: "
        f"{'; '.join(listed)}{more}. Replace them in the entry's text, or set GEPPO_FONT_DIR to "
        "a folder that holds Noto Sans CJK JP and a font with these characters"
    )
