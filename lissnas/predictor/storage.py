"""Store a predictor without pickle."""

import json
import math
import os
from dataclasses import asdict, fields
from pathlib import Path

from lissnas.predictor.model import Predictor
from lissnas.predictor.quality import Quality
from lissnas.predictor.settings import PredictorSettings

ATTRIBUTE = "lissnas"


def to_bytes(predictor: Predictor) -> bytes:
    """Return a model in XGBoost's UBJSON that holds settings and quality too."""
    booster = predictor.booster.copy()
    about = {
        "settings": asdict(predictor.settings),
        "quality": {  # JSON has no NaN
            name: None if math.isnan(value) else value
            for name, value in asdict(predictor.quality).items()
        },
    }
    booster.set_attr(**{ATTRIBUTE: json.dumps(about, allow_nan=False)})
    return bytes(booster.save_raw("ubj"))


def from_bytes(content: bytes) -> Predictor:
    """Return the predictor written by `to_bytes`; ValueError if it is none."""
    import xgboost

    try:
        booster = xgboost.Booster({"nthread": 1})
        booster.load_model(bytearray(content))
        about = json.loads(booster.attr(ATTRIBUTE) or "null")
        settings = PredictorSettings(**about["settings"])
        values = {field.name: about["quality"][field.name] for field in fields(Quality)}
    except (xgboost.core.XGBoostError, ValueError, TypeError, KeyError) as error:
        raise ValueError(
            f"content must be a saved predictor, got {len(content):,} other bytes"
        ) from error
    values = {name: math.nan if v is None else v for name, v in values.items()}
    return Predictor(booster, settings, Quality(**values))


def save(predictor: Predictor, path: Path) -> None:
    """Write a predictor to `path`, whole or not at all."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_bytes(to_bytes(predictor))
    os.replace(part, path)


def load(path: Path) -> Predictor:
    """Return the predictor saved at `path`; ValueError if it is none."""
    return from_bytes(path.read_bytes())
