"""What scikit-learn asks of an estimator, without importing it before it asks."""

import inspect
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from sklearn.utils import Tags
    from sklearn.utils.metadata_routing import MetadataRequest

Request = bool | str | None


class Estimator:
    """Parameters by name, tags, and the routing of metadata; see scikit-learn's developer guide."""

    @classmethod
    def _parameters(cls) -> list[str]:
        return [name for name in inspect.signature(cls.__init__).parameters if name != "self"]

    def get_params(self, deep: bool = True) -> dict[str, Any]:  # noqa: ARG002
        """Give the parameters by name."""
        return {name: getattr(self, name) for name in self._parameters()}

    def set_params(self, **params: Any) -> Self:
        """Set parameters by name."""
        for name, value in params.items():
            if name not in self._parameters():
                raise ValueError(
                    f"Invalid parameter {name!r} for {type(self).__name__}. Valid parameters are: "
                    f"{sorted(self._parameters())}."
                )
            setattr(self, name, value)
        return self

    def set_fit_request(self, *, groups: Request = None, sample_weight: Request = None) -> Self:
        """Ask tools of scikit-learn to hand groups or weights on to `fit`; see its user guide.

        Parameters
        ----------
        groups, sample_weight : bool, str or None
            True to be given it, False never to, a string for the name that the tool knows it by;
            None refuses it with an error.
        """
        return self._request("fit", groups=groups, sample_weight=sample_weight)

    def set_score_request(self, *, sample_weight: Request = None) -> Self:
        """Ask tools of scikit-learn to hand weights on to `score`, as in `set_fit_request`."""
        return self._request("score", sample_weight=sample_weight)

    def get_metadata_routing(self) -> "MetadataRequest":
        """Say what was asked for; scikit-learn calls this."""
        from sklearn.utils.metadata_routing import MetadataRequest

        if not hasattr(self, "_metadata_request"):  # a name that scikit-learn's `clone` knows
            self._metadata_request = MetadataRequest(owner=type(self).__name__)
            self._request("fit", groups=None, sample_weight=None)
            self._request("score", sample_weight=None)
        return self._metadata_request

    def _request(self, method: str, **asked: Request) -> Self:
        requests = getattr(self.get_metadata_routing(), method)
        for name, alias in asked.items():
            requests.add_request(param=name, alias=alias)
        return self

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "model_")

    def __sklearn_tags__(self) -> "Tags":
        from sklearn.utils import ClassifierTags, InputTags, Tags, TargetTags

        return Tags(
            estimator_type="classifier",
            target_tags=TargetTags(required=True),
            classifier_tags=ClassifierTags(multi_class=False),
            input_tags=InputTags(string=True, two_d_array=False),
        )

    def __repr__(self) -> str:
        settings = ", ".join(f"{name}={value!r}" for name, value in self.get_params().items())
        return f"{type(self).__name__}({settings})"
