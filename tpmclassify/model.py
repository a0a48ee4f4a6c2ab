"""Nothing but a message for classifiers that 0.2 dumped by pickle: they ask for this module first.

A dump holds the classes of its version; loading it into those of another would decide wrongly and
say nothing. Model files are brought up to date instead.
"""

from tpmclassify.errors import ModelFileError

raise ModelFileError(
    "This is a classifier that tpmclassify 0.2 or older wrote with pickle or joblib; it must be "
    "made again. Legal is a model file: write one with that version, classifier.save('mine.npz'), "
    "and read it with this one, tpmclassify.load('mine.npz'); or fit the classifier again."
)
