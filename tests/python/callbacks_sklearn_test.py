"""The scikit-learn wrapper: with real estimators, pipelines and searches, and by the interface alone."""
import os
import pickle
import time
import unittest
import warnings

import callbacks_support
from callbacks_support import needs, stand_in

if __name__ == "__main__":
    callbacks_support.run_with_frameworks()

from support import PackageTest, jouleprint  # noqa: E402

from jouleprint.callbacks.sklearn import Measured  # noqa: E402


SPIN_S = 0.2


def spin(x):
    """Takes so much of a processor's time."""
    end = time.process_time() + SPIN_S
    while time.process_time() < end:
        pass
    return x


@needs("sklearn")
class RealScikitLearn(PackageTest):
    def setUp(self):
        super().setUp()
        self.machine("package-0=50")
        from sklearn.datasets import load_iris
        from sklearn.linear_model import LogisticRegression

        self.x, self.y = load_iris(return_X_y=True)
        self.plain = LogisticRegression(max_iter=500)

    def test_it_answers_as_the_estimator_does(self):
        from sklearn.base import is_classifier

        measured = Measured(self.plain, quiet=True)
        self.assertTrue(is_classifier(measured))
        self.assertIs(measured.fit(self.x, self.y), measured)
        self.assertEqual(list(measured.predict(self.x)), list(self.plain.predict(self.x)))
        self.assertEqual(measured.score(self.x, self.y), self.plain.score(self.x, self.y))
        self.assertEqual(list(measured.classes_), [0, 1, 2])
        self.assertFalse(hasattr(measured, "transform"))

    def test_a_fit_is_kept_and_a_prediction_measured(self):
        measured = Measured(self.plain, zone="FR", quiet=True)
        with self.assertRaises(AttributeError):
            measured.record_
        measured.fit(self.x, self.y).predict(self.x)
        self.assertEqual(measured.record_.name, "LogisticRegression.fit")
        self.assertEqual(measured.record_.data["zone"], "FR")
        self.assertEqual(sorted(measured.records_), ["fit", "predict"])
        self.assertTrue(measured.records_["predict"])
        self.assertEqual([run["name"] for run in self.kept_runs()], ["LogisticRegression.fit"])

    def test_it_clones_with_its_options_and_parameters(self):
        from sklearn.base import clone

        measured = Measured(self.plain, zone="FR", quiet=True).set_params(estimator__C=0.5, zone="SE")
        copy = clone(measured)
        self.assertIsNot(copy.estimator, measured.estimator)
        self.assertEqual(copy.get_params()["estimator__C"], 0.5)
        self.assertEqual(copy.fit(self.x, self.y).record_.data["zone"], "SE")
        with self.assertRaisesRegex(ValueError, "colour"):
            measured.set_params(colour="green")

    def test_it_stands_in_a_pipeline(self):
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        scaler = Measured(StandardScaler(), quiet=True)
        pipeline = make_pipeline(scaler, Measured(self.plain, quiet=True)).fit(self.x, self.y)
        self.assertGreater(pipeline.score(self.x, self.y), 0.9)
        self.assertTrue(pipeline[-1].record_)
        self.assertIn("fit_transform", pipeline[0].records_)

    def test_around_a_search_its_workers_are_counted(self):
        from sklearn.model_selection import GridSearchCV
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import FunctionTransformer

        # In workers: 5 fits and as many scorings, each of which spins.
        candidate = make_pipeline(FunctionTransformer(spin), self.plain)
        search = GridSearchCV(candidate, {"logisticregression__C": [0.1, 1]}, cv=2, n_jobs=2, refit=False)
        measured = Measured(search, quiet=True).fit(self.x, self.y)
        self.assertGreater(measured.record_.data["job"]["cpu_s"], 8 * SPIN_S)
        self.assertEqual([run["name"] for run in self.kept_runs()], ["GridSearchCV.fit"])

    def test_inside_of_a_search_each_candidate_has_its_own_record(self):
        from sklearn.model_selection import GridSearchCV

        # joblib's workers outlive a test, and have the environment of the first one.
        here = {"store": self.store, "sysroot": os.environ["JOULEPRINT_SYSROOT"], "quiet": True}
        search = GridSearchCV(Measured(self.plain, **here), {"estimator__C": [0.1, 1]}, cv=2, n_jobs=2)
        search.fit(self.x, self.y)
        self.assertTrue(search.best_estimator_.record_)
        self.assertEqual(len(self.kept_runs()), 5)

    def test_with_a_tracker_each_call_is_a_task(self):
        from sklearn.base import clone
        from sklearn.model_selection import GridSearchCV

        with jouleprint.track(quiet=True) as t:
            clone(Measured(self.plain, t)).fit(self.x, self.y).predict(self.x)
            self.assertTrue(t.running)
            GridSearchCV(Measured(self.plain, t), {"estimator__C": [0.1, 1]}, cv=2, n_jobs=2).fit(self.x, self.y)
        tasks = [task["name"] for task in t.record.tasks]
        self.assertEqual(tasks, ["LogisticRegression.fit", "LogisticRegression.predict", "LogisticRegression.fit"])
        self.assertEqual(len(self.kept_runs()), 1)

    def test_it_pickles_with_its_records(self):
        measured = Measured(self.plain, quiet=True).fit(self.x, self.y)
        copy = pickle.loads(pickle.dumps(measured))
        self.assertEqual(copy.record_, measured.record_)
        self.assertEqual(list(copy.predict(self.x)), list(measured.predict(self.x)))

    def test_what_the_estimator_raises_passes(self):
        measured = Measured(self.plain, quiet=True)
        with self.assertRaises(ValueError):
            measured.fit(self.x, self.y[:3])
        self.assertTrue(measured.record_)


class BaseEstimator:
    """As scikit-learn documents it: a class to inherit from."""


class Doubler:
    """Not of scikit-learn, yet of its interface."""

    def __init__(self):
        self.factor = None

    def fit(self, x, y=None):
        self.factor = 2
        return self

    def transform(self, x):
        return [self.factor * value for value in x]

    def get_params(self, deep=True):
        return {}


class Interface(PackageTest):
    def setUp(self):
        super().setUp()
        self.machine("package-0=50")
        framework = stand_in(sklearn__base={"BaseEstimator": BaseEstimator})
        framework.__enter__()
        self.addCleanup(framework.__exit__, None, None, None)

    def test_methods_that_there_are_are_measured(self):
        measured = Measured(Doubler(), quiet=True)
        self.assertIsInstance(measured, BaseEstimator)
        self.assertEqual(measured.fit([1]).transform([1, 2]), [2, 4])
        self.assertEqual(measured.factor, 2)
        self.assertEqual(sorted(measured.records_), ["fit", "transform"])
        self.assertFalse(hasattr(measured, "predict"))

    def test_mistakes_are_said_at_once(self):
        with self.assertRaises(TypeError):
            Measured(Doubler(), zone=5)

    def test_on_a_machine_without_meters_it_fits(self):
        self.bare_machine()
        with warnings.catch_warnings(record=True):
            measured = Measured(Doubler(), quiet=True).fit([1])
        self.assertFalse(measured.record_)


if __name__ == "__main__":
    unittest.main()
