"""How a classifier reaches the workers: the installed model by name, an own one as its file."""

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import pyarrow as pa

from tpmclassify import __version__
from tpmclassify.api import Model
from tpmclassify.classifier import TPMClassifier, load
from tpmclassify.errors import ModelFileError
from tpmclassify.screening import screen_batch

# A worker that lives long may meet many models; it keeps the latest.
_KEPT = 4
_cache: dict["Shipment", TPMClassifier] = {}
_lock = Lock()


@dataclass(frozen=True)
class Shipment:
    """What each task is told about the classifier: a few numbers, never the model itself.

    `version`: the version of this library that asked for the screening. `digest`: SHA-256 of the
    model's file; empty for the model that the library itself ships. `settings`: the classifier's
    parameters.
    """

    version: str
    digest: str
    settings: tuple[tuple[str, float], ...]


def pack(model: Model) -> tuple[Shipment, bytes]:
    """Make a classifier ready to travel.

    Returned `content`: the model's file, to be sent to each worker once; empty for the model that
    the library itself ships, which every worker has. `ModelFileError, NotFittedError`: if there is
    no such model.
    """
    classifier = model if isinstance(model, TPMClassifier) else load(model)
    classifier.policy()  # refuses settings that are not legal, here rather than on a worker
    content = b"" if classifier.model_ is load().model_ else _file_of(classifier)
    digest = hashlib.sha256(content).hexdigest() if content else ""
    return Shipment(__version__, digest, tuple(classifier.get_params().items())), content


def unpack(shipment: Shipment, content: Callable[[], bytes]) -> TPMClassifier:
    """Give the classifier on a worker: made and warmed up once a process, then kept.

    `content`: gives the model's file; called only where the model is not there yet.
    `ModelFileError`: if the worker has another version of this library.
    """
    # The lock also spares the threads of one worker from compiling side by side.
    with _lock:
        if shipment not in _cache:
            _cache[shipment] = _made(shipment, content)
            while len(_cache) > _KEPT:
                del _cache[next(iter(_cache))]
        return _cache[shipment]


def _made(shipment: Shipment, content: Callable[[], bytes]) -> TPMClassifier:
    if shipment.version != __version__:
        raise ModelFileError(
            f"This worker has tpmclassify {__version__}; the screening was asked for by "
            f"{shipment.version}, and another version may answer otherwise. Install the same one "
            "on all workers."
        )
    classifier = _classifier_of(content()) if shipment.digest else load()
    classifier.set_params(**dict(shipment.settings))
    warm_up = pa.RecordBatch.from_pydict({"text": ["Manage the project schedule and budget."]})
    screen_batch(warm_up, classifier=classifier, text="text")
    return classifier


def _file_of(classifier: TPMClassifier) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.npz"
        classifier.save(path)
        return path.read_bytes()


def _classifier_of(content: bytes) -> TPMClassifier:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.npz"
        path.write_bytes(content)
        return load(path)
