"""Predict accuracies from features with gradient-boosted trees [1]_.

The pairs are split in three: most train, some stop the boosting early, and some are
held out to measure the predictor. After that the trees are fitted once more to all
pairs, with as many rounds; so `Predictor.quality` is that of a model which saw fewer
pairs than the one that predicts, and is cautious. By default the trees fit
``-log(1 - accuracy + 1e-3)``: accuracies have a long low tail, which would swallow a
squared-error fit, while what matters is telling the best from the good.

XGBoost runs on one thread and its histograms are exact, so equal pairs, settings and
generators give equal predictors.

.. [1] Chen and Guestrin, "XGBoost: A Scalable Tree Boosting System", KDD 2016,
   doi:10.1145/2939672.2939785.
"""

from lissnas.predictor.model import Predictor, as_oracle, fit
from lissnas.predictor.quality import Quality
from lissnas.predictor.settings import PredictorSettings, training_pairs
from lissnas.predictor.storage import from_bytes, load, save, to_bytes

__all__ = [
    "Predictor",
    "PredictorSettings",
    "Quality",
    "as_oracle",
    "fit",
    "from_bytes",
    "load",
    "save",
    "to_bytes",
    "training_pairs",
]
