"""Faults a person can act on. Every room's errors derive from one of these two; their message
names the file, the field and the remedy, and the command line prints just that."""

from __future__ import annotations


class GeppoError(Exception):
    """Something failed that a person can mend: a full disk, a damaged store, no font."""

    exit_code = 1


class InputError(GeppoError):
    """What a person gave cannot be used: an argument, a setting, a file."""

    exit_code = 2
