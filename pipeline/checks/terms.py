"""Terms of the glossary: present in an allowed form, no forbidden form."""

from __future__ import annotations

from unicodedata import normalize

from pipeline.issues import Code
from pipeline.model import CheckResult
from pipeline.vocab.terms import Glossary, Term


def check_terms(zh: str, ja: str, glossary: Glossary) -> list[CheckResult]:
    """A missing term is a warning (an analyst may have reworded it), a forbidden form blocks."""
    matches = glossary.match(zh)
    if not matches:
        return []
    target = fold(ja)
    terms = {match.term.zh: match.term for match in matches}
    found: list[CheckResult] = []
    for name, term in terms.items():
        if not term_present(term, target):
            message = f"用語「{name}」の訳語「{term.ja}」が訳文にない"
            found.append(
                CheckResult(code=Code.TERM_MISSING, severity="warning", message=message, zh=name)
            )
        for form in term.forbidden:
            if fold(form) in _without(term, target):
                message = f"用語「{name}」に使わない訳語「{form}」がある（「{term.ja}」とする）"
                found.append(
                    CheckResult(
                        code=Code.TERM_FORBIDDEN, severity="blocking", message=message,
                        zh=name, ja=form,
                    )
                )  # fmt: skip
    return found


def fold(text: str) -> str:
    """Japanese with width, brackets and spaces made alike, for finding terms."""
    folded = normalize("NFKC", text).replace("『", "「").replace("』", "」")
    return "".join(folded.split())


def term_present(term: Term, folded: str) -> bool:
    """Whether the term's preferred or an admitted form stands in folded Japanese. A verb noun
    may be inflected (目指す is found in 目指して)."""
    return any(_stem(fold(form)) in folded for form in term.renderings)


def _stem(form: str) -> str:
    for ending in ("する", "させる", "される"):
        if form.endswith(ending) and len(form) > len(ending) + 1:
            return form[: -len(ending)]
    if len(form) > 2 and form[-1] in "すつるくぐむぶぬう" and "\u4e00" <= form[-2] <= "\u9fff":
        return form[:-1]
    if len(form) > 3 and form.endswith(("える", "める", "げる", "ける", "せる", "てる", "べる")):
        return form[:-1]
    return form


def _without(term: Term, folded: str) -> str:
    """Folded Japanese without the allowed forms, so that 対策 in 総合対策 is no forbidden hit."""
    for form in sorted((fold(form) for form in term.renderings), key=len, reverse=True):
        folded = folded.replace(form, "〓")
    return folded
