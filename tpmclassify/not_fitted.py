"""The error of a classifier that was not fitted: scikit-learn's own, where that is installed.

In a file of its own, since it is the one error for which scikit-learn is imported.
"""

from typing import TYPE_CHECKING

from tpmclassify.errors import TPMClassifyError

if TYPE_CHECKING:

    class _NotFittedError(ValueError, AttributeError): ...

else:
    try:
        from sklearn.exceptions import NotFittedError as _NotFittedError
    except ImportError:
        _NotFittedError = AttributeError


class NotFittedError(TPMClassifyError, _NotFittedError):
    """A classifier was asked for predictions before it was fitted."""
