"""Words for machines that carry a sentence for people; the docs of reasons are made from them."""

from enum import StrEnum
from typing import Self


class WithSentence(StrEnum):
    """Words for machines that carry a sentence for people."""

    sentence: str

    def __new__(cls, word: str, sentence: str) -> Self:
        member = str.__new__(cls, word)
        member._value_ = word
        member.sentence = sentence
        return member
