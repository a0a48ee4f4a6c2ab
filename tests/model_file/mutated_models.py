"""Model files gone wrong: bits flipped, cut off, or well packed with something illegal inside."""

import io
import json
import random
import tempfile
import zipfile
from pathlib import Path

import numpy as np

from tpmclassify.model_file.arrays import write_arrays

KIND, VERSION = "tpmclassify model", 2
TYPES = ("<f8", "<f4", "|u1", "|b1", "<i8", "<u2", ">f8", "|O", "|S8", "<U4", "<M8[s]", "<c16")
NUMBERS = (np.nan, np.inf, -np.inf, 1e308, -1e300, 5e-324)


def mutated(content, seed):
    """One mutated file of the content of a sound one, the same for the same seed."""
    generator = random.Random(seed)
    return generator.choice(
        (_flip_bits, _cut, _repeat, _edit_members, _edit_members, _edit_arrays, _edit_arrays)
    )(content, generator)


def members_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(members, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, member in members:
            archive.writestr(zipfile.ZipInfo(name), member, method)
    return buffer.getvalue()


def arrays_of(content):
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    card = json.loads(arrays.pop("header").tobytes())["card"]
    return arrays, card


def _flip_bits(content, generator):
    damaged = bytearray(content)
    for _ in range(generator.choice((1, 3, 50))):
        damaged[generator.randrange(len(damaged))] ^= 1 << generator.randrange(8)
    return bytes(damaged)


def _cut(content, generator):
    start = generator.choice((0, 0, generator.randrange(100)))
    return content[start : generator.randrange(len(content))]


def _repeat(content, generator):
    start = generator.randrange(len(content))
    piece = content[start : start + generator.choice((1, 100, 10_000))]
    return content[:start] + piece * generator.choice((2, 20)) + content[start:]


def _edit_members(content, generator):
    """Bytes of members changed, their names, their number; the zip itself is sound."""
    members = list(members_of(content).items())
    i = generator.randrange(len(members))
    name, member = members[i]
    start = generator.randrange(len(member))
    members[i] = generator.choice(
        (
            (name, _flip_bits(member, generator)),
            (name, member[:start]),
            (name, member + member),
            (name, b"\0" * generator.choice((0, 10, 5 << 20))),
            (f"../{name}", member),
            (name.upper(), member),
            (name, member.replace(b"<f8", generator.choice(TYPES).encode()[:3])),
            (name, member.replace(b"(", b"(" * generator.choice((2, 60)))),
            (name, member.replace(b"(", b"(9999999999, 9999999999, ")),
        )
    )
    if generator.random() < 0.2:
        members.append(generator.choice(members)) if generator.random() < 0.5 else members.pop(i)
    if generator.random() < 0.1:
        members += [(f"more_{number}.npy", member[:200]) for number in range(100)]
    method = generator.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_BZIP2))
    return packed(dict(members).items(), method)


def _edit_arrays(content, generator):
    """Arrays of other values, shapes or types, under a right checksum."""
    arrays, card = arrays_of(content)
    name = generator.choice(sorted(arrays))
    array = arrays[name].copy()
    if array.dtype == np.float64 and array.size:
        array.flat[generator.randrange(array.size)] = generator.choice(NUMBERS[:5])
    else:
        array = np.array([7] * generator.randrange(4), dtype=array.dtype)
    arrays[name] = generator.choice(
        (
            array,
            array.astype(np.int64, casting="unsafe")
            if array.dtype != float
            else array.view(np.int64),
            array[..., None],
            np.zeros((3, 3, 3, 3)),
            array[:0],
        )
    )
    if generator.random() < 0.2:
        arrays[generator.choice(("unknown", "header_", "dimension_shares"))] = np.zeros(3)
    if generator.random() < 0.2:
        arrays["vocabulary"] = np.frombuffer(
            generator.choice((b"b\na", b"a\na", b"", b"\xff\xfe", b"@\nb", b"the the the")),
            np.uint8,
        )
    if generator.random() < 0.2:
        card = generator.choice(({"a": "\x1b[2J"}, {"held_out": 3}, _nested(40), _nested(100_000)))
    return written(arrays, card)


def _nested(depth):
    card = {}
    for _ in range(min(depth, 900)):
        card = {"a": card}
    return card


def written(arrays, card, version=VERSION):
    """A file of these arrays under a right checksum: nothing but its content may be wrong."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.npz"
        write_arrays(path, arrays, kind=KIND, version=version, card=card)
        return path.read_bytes()
