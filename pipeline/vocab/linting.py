"""What an analyst should repair in the vocabulary, beyond what stops it from loading."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.vocab.errors import VocabularyError
from pipeline.vocab.load import Vocabulary, load_vocabulary

# Simplified forms that are Japanese characters too.
_ALSO_JAPANESE = frozenset(
    "郁丑厩碍蛎干岩戯吃凶躯携雇后采肴晒屡准庄厨据凄征栖占箪筑猪苧斗梼迩剥朴俣侭薮涌淀里厘怜于咸游厦范"
)


def lint(glossary_dir: Path) -> list[str]:
    """The faults of the vocabulary, one sentence each; empty when there are none."""
    try:
        vocabulary = load_vocabulary(glossary_dir)
    except VocabularyError as error:
        return [str(error)]
    return [*_terms(vocabulary), *_places(vocabulary), *_organizations(vocabulary)]


def _terms(vocabulary: Vocabulary) -> Iterator[str]:
    for term in vocabulary.glossary.terms:
        where = f"terms.csv, term {term.zh}"
        if term.ja in term.forbidden:
            yield f"{where}: {term.ja} is preferred and forbidden; remove it from one of the two"
        for form in set(term.admitted) & set(term.forbidden):
            yield f"{where}: {form} is admitted and forbidden; remove it from one of the two"
        if term.ja in term.admitted:
            yield f"{where}: {term.ja} is preferred and admitted; remove it from admitted"
        for form in term.renderings:
            yield from _not_japanese(where, form)
        for longer in term.not_inside:
            if term.zh not in longer or longer == term.zh:
                yield f"{where}: not_inside {longer} does not contain the term; correct it"


def _places(vocabulary: Vocabulary) -> Iterator[str]:
    gazetteer = vocabulary.gazetteer
    levels = {"country": 0, "province": 1, "prefecture": 2, "county": 3}
    for place in gazetteer.places:
        where = f"places.csv, place {place.id} {place.zh}"
        yield from _not_japanese(where, place.ja)
        if place.kind in levels and place.kind != "country":
            if place.parent is None:
                yield f"{where}: has no parent; name the place above it"
            elif levels.get(gazetteer.by_id[place.parent].kind, 9) >= levels[place.kind]:
                yield f"{where}: parent {place.parent} is not of a higher level; correct it"
        if place.kind == "region" and not place.members:
            yield f"{where}: has no members; list the places it consists of"
        if place.zh in place.aliases:
            yield f"{where}: is its own alias; remove it from aliases"


def _organizations(vocabulary: Vocabulary) -> Iterator[str]:
    for organization in vocabulary.organizations.organizations:
        yield from _not_japanese(f"organizations.csv, {organization.zh}", organization.ja)
    owners: dict[str, str] = {}
    for organization in vocabulary.organizations.organizations:
        for name in (organization.zh, *organization.short_zh):
            owner = owners.setdefault(name, organization.zh)
            if owner != organization.zh:
                yield (
                    f"organizations.csv, {organization.zh}: the name {name} belongs to {owner} "
                    "too; keep it at one of the two"
                )


def _not_japanese(where: str, text: str) -> Iterator[str]:
    wrong = sorted({character for character in text if _only_simplified(character)})
    if wrong:
        yield f"{where}: {text} holds {''.join(wrong)}, not Japanese; use the Japanese characters"


@lru_cache(maxsize=8192)
def _only_simplified(character: str) -> bool:
    if character in _ALSO_JAPANESE or not "\u4e00" <= character <= "\u9fff":
        return False
    traditional = _converter("s2t").convert(character)
    if traditional == character:
        return False
    return bool(_converter("t2jp").convert(traditional) != character)


@lru_cache(maxsize=2)
def _converter(name: str) -> Any:
    import opencc

    return opencc.OpenCC(name)
