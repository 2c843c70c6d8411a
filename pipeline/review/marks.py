"""Marks that stand in the analysts' files before a sentence the machine is unsure of."""

DOUBTFUL = "［要確認］"
UNTRANSLATED = "［未訳］"
