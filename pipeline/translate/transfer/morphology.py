"""Japanese verb inflection: lemma + class -> the forms a policy text needs.

Classes: `suru` (サ変), `ichidan`, `godan`, `da` (copula である), `i` (形容詞・ない).
Only the written である style is generated; no polite forms.
"""

from __future__ import annotations

from typing import Literal

VerbClass = Literal["suru", "ichidan", "godan", "da", "i"]
VERB_CLASSES: tuple[VerbClass, ...] = ("suru", "ichidan", "godan", "da", "i")

_GODAN_A = dict(zip("うくぐすつぬぶむる", "わかがさたなばまら", strict=True))
_GODAN_I = dict(zip("うくぐすつぬぶむる", "いきぎしちにびみり", strict=True))
_GODAN_E = dict(zip("うくぐすつぬぶむる", "えけげせてねべめれ", strict=True))
_GODAN_TE = {
    "う": "って", "つ": "って", "る": "って", "く": "いて", "ぐ": "いで",
    "す": "して", "ぬ": "んで", "ぶ": "んで", "む": "んで",
}  # fmt: skip


def stem(lemma: str, cls: VerbClass) -> str:
    """The part that never changes: 強化 of 強化する, 高め of 高める, 減ら of 減らす."""
    if cls == "suru":
        return lemma[:-2]
    if cls == "da":
        return lemma[:-2] if lemma.endswith("ある") else lemma
    return lemma[:-1]


def renyo(lemma: str, cls: VerbClass) -> str:
    """連用形, as in 連用中止: 強化し, 高め, 減らし, であり."""
    if cls == "suru":
        return lemma[:-2] + "し"
    if cls == "ichidan":
        return lemma[:-1]
    if cls == "da":
        return stem(lemma, cls) + "あり"
    if cls == "i":
        return lemma[:-1] + "く"
    return lemma[:-1] + _GODAN_I[lemma[-1]]


def mizen(lemma: str, cls: VerbClass) -> str:
    """未然形, what ない follows: 強化し, 高め, 減らさ."""
    if cls == "suru":
        return lemma[:-2] + "し"
    if cls == "ichidan":
        return lemma[:-1]
    if cls == "godan":
        return lemma[:-1] + _GODAN_A[lemma[-1]]
    if cls == "da":
        return stem(lemma, cls) + "は"
    return lemma[:-1] + "く"


def negative(lemma: str, cls: VerbClass) -> str:
    """強化しない, 高めない, 減らさない, ではない."""
    if lemma == "ある":
        return "ない"
    return mizen(lemma, cls) + "ない"


def negative_renyo(lemma: str, cls: VerbClass) -> str:
    """強化せず, 高めず, 減らさず, ではなく."""
    if cls == "suru":
        return lemma[:-2] + "せず"
    if cls in ("da", "i"):
        return mizen(lemma, cls) + "なく"
    return "なく" if lemma == "ある" else mizen(lemma, cls) + "ず"


def te(lemma: str, cls: VerbClass) -> str:
    """強化して, 高めて, 減らして, であって."""
    if cls == "suru":
        return lemma[:-2] + "して"
    if cls == "ichidan":
        return lemma[:-1] + "て"
    if cls == "da":
        return stem(lemma, cls) + "あって"
    if cls == "i":
        return lemma[:-1] + "くて"
    if lemma.endswith(("行く", "いく")):
        return lemma[:-1] + "って"
    return lemma[:-1] + _GODAN_TE[lemma[-1]]


def past(lemma: str, cls: VerbClass) -> str:
    """強化した, 高めた, 減らした, であった, なかった."""
    if cls == "i":
        return lemma[:-1] + "かった"
    form = te(lemma, cls)
    return form[:-1] + ("だ" if form.endswith("で") else "た")


def passive(lemma: str, cls: VerbClass) -> tuple[str, VerbClass]:
    """Lemma and class of the passive: 強化される, 高められる, 減らされる; of a causative,
    what happens by itself: 発生させる -> 発生する."""
    if lemma.endswith("させる") and len(lemma) > 4:
        return lemma[:-3] + "する", "suru"
    if cls == "suru":
        return lemma[:-2] + "される", "ichidan"
    if cls == "ichidan":
        return lemma[:-1] + "られる", "ichidan"
    if cls == "godan":
        return lemma[:-1] + _GODAN_A[lemma[-1]] + "れる", "ichidan"
    return lemma, cls


def causative(lemma: str, cls: VerbClass) -> tuple[str, VerbClass]:
    """Lemma and class of the causative: 低下させる."""
    if cls == "suru":
        return lemma[:-2] + "させる", "ichidan"
    if cls == "ichidan":
        return lemma[:-1] + "させる", "ichidan"
    if cls == "godan":
        return lemma[:-1] + _GODAN_A[lemma[-1]] + "せる", "ichidan"
    return lemma, cls


def guess_class(lemma: str) -> VerbClass:
    """The class a lemma's ending suggests; the lexicon states the exceptions."""
    if lemma.endswith("である"):
        return "da"
    if lemma.endswith("する"):
        return "suru"
    if lemma.endswith("い"):
        return "i"
    e_or_i = "えけせてねへめれげぜでべいきしちにみりぎじび得見出経着似煮"
    if lemma.endswith("る") and len(lemma) > 1 and lemma[-2] in e_or_i:
        return "ichidan"
    return "godan"
