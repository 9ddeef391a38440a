"""scikit-learn: a wrapper that measures what an estimator does and is one itself.

    model = Measured(RandomForestClassifier(n_jobs=-1), zone="FR")
    model.fit(x, y)
    print(model.record_.energy_kwh)

It clones, takes parameters (`estimator__max_depth`), and stands in a Pipeline or a search as the estimator would.
`fit` is a run that is kept; the other methods are measured and their records kept nowhere but in `records_`. joblib's
workers are children of this process, so that they are counted; put the wrapper around a search to have one run of all
of it, or inside to have one of each candidate.
"""
from __future__ import annotations

import functools
from typing import Any, Callable, Optional, Union

from ..record import Record
from ..tracker import Tracker
from ._guarded import GuardedTracker
from ._late import LateBase

_MEASURED = ("fit", "partial_fit", "fit_transform", "fit_predict", "predict", "predict_proba", "predict_log_proba",
             "decision_function", "transform", "inverse_transform", "score", "score_samples")
_FITTING = ("fit", "partial_fit", "fit_transform", "fit_predict")


class _Shared:
    """A tracker as a parameter: scikit-learn copies parameters deeply, and a copy of a tracker measures nothing."""

    def __init__(self, tracker: Optional[Tracker]) -> None:
        self.tracker = tracker

    def __deepcopy__(self, _: Any) -> _Shared:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        # What a child process does is measured where the tracker is.
        return _Shared, (None,)

    def __repr__(self) -> str:
        return repr(self.tracker)


class Measured(LateBase):
    """`estimator`, and `tracker` (each call is a task of it then) or a Tracker's keyword arguments.

    After `fit`: `record_`, its Record (of a tracker that runs on: a snapshot), and `records_`, by method that of its
    last call. All else is the estimator's: attributes, and the methods that it has. JouleprintError: scikit-learn is
    missing; TypeError, ValueError: an option makes no sense.
    """

    _homes = ("sklearn.base",)
    _base = "BaseEstimator"

    def __init__(self, estimator: Any, tracker: Union[Tracker, _Shared, None] = None, **options: Any) -> None:
        self.estimator = estimator
        self.tracker = _Shared(tracker) if isinstance(tracker, Tracker) else tracker
        self._options = options
        GuardedTracker(None, options)  # says what is wrong with them

    @property
    def record_(self) -> Optional[Record]:
        """Of the last call that fitted; AttributeError before."""
        if "_fitted_by" not in self.__dict__:
            raise AttributeError("record_ is there after fit()")
        record: Optional[Record] = self.records_[self._fitted_by]
        return record

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        params = {"estimator": self.estimator, "tracker": self.tracker, **self._options}
        if deep and hasattr(self.estimator, "get_params"):
            params.update({f"estimator__{name}": value for name, value in self.estimator.get_params().items()})
        return params

    def set_params(self, **params: Any) -> Measured:
        inner = {}
        for name, value in params.items():
            if name.startswith("estimator__"):
                inner[name[len("estimator__"):]] = value
            elif name in ("estimator", "tracker"):
                setattr(self, name, _Shared(value) if isinstance(value, Tracker) else value)
            elif name in self._options:
                self._options[name] = value
            else:
                raise ValueError(f"{name} is no parameter of this Measured; there are {', '.join(self.get_params())}")
        if inner:
            self.estimator.set_params(**inner)
        return self

    def __getattr__(self, name: str) -> Any:
        # Only what an instance and its classes lack comes here; before __init__ there is nothing to ask.
        if name.startswith("__") or "estimator" not in self.__dict__:
            raise AttributeError(name)
        found = getattr(self.__dict__["estimator"], name)
        return self._measured(name, found) if name in _MEASURED else found

    def __sklearn_tags__(self) -> Any:
        return self.estimator.__sklearn_tags__()

    def __sklearn_is_fitted__(self) -> bool:
        from sklearn.exceptions import NotFittedError
        from sklearn.utils.validation import check_is_fitted

        try:
            check_is_fitted(self.estimator)
        except NotFittedError:
            return False
        return True

    def _more_tags(self) -> Any:
        # Before scikit-learn 1.6.
        return self.estimator._get_tags()

    def _measured(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def measured(*args: Any, **keywords: Any) -> Any:
            measuring = self._begin(name)
            try:
                result = method(*args, **keywords)
            finally:
                self._end(name, measuring)
            return self if result is self.estimator else result
        return measured

    def _begin(self, name: str) -> Optional[GuardedTracker]:
        what = f"{type(self.estimator).__name__}.{name}"
        if self.tracker is not None:
            if self.tracker.tracker is None:
                return None
            measuring = GuardedTracker(self.tracker.tracker, {})
            measuring.begin()
            measuring.begin_task(what)
            return measuring
        measuring = GuardedTracker(None, self._options)
        # Hundreds of predictions are not hundreds of runs that somebody wants to see listed.
        aside = {} if name in _FITTING else {"keep": False}
        measuring.begin(quiet=name not in _FITTING, name=what, **aside)
        return measuring

    def _end(self, name: str, measuring: Optional[GuardedTracker]) -> None:
        if measuring is None:
            return
        measuring.end()
        records = {**self.__dict__.get("records_", {}), name: measuring.record}
        self.records_ = records
        if name in _FITTING:
            self._fitted_by = name
