"""The tables hold what Python says of every code point."""

from tpmclassify.kernel.characters import (
    ALNUM,
    DIGIT,
    LETTER,
    LOWER,
    SPACE,
    UPPER,
    WORD,
    characters,
)


def test_every_code_point_is_of_the_kinds_that_python_says():
    kinds, lower, _ = characters()
    for code in range(0x110000):
        character = chr(code)
        alnum, digit = character.isalnum(), character.isdecimal()
        expected = (
            (WORD if alnum or character == "_" else 0)
            | (SPACE if character.isspace() else 0)
            | (UPPER if character.isupper() else 0)
            | (LOWER if character.islower() else 0)
            | (DIGIT if digit else 0)
            | (LETTER if alnum and not digit else 0)
            | (ALNUM if alnum else 0)
        )
        assert kinds[code] == expected, hex(code)
        small = character.lower()
        assert lower[code] == (ord(small) if len(small) == 1 else code), hex(code)
