"""Store a predictor without pickle: a line of JSON, then XGBoost's own UBJSON.

The line holds settings, quality and the SHA-256 of what follows. That is checked
first, since XGBoost ends the whole process on some damaged models.
"""

import hashlib
import json
import math
import os
from dataclasses import asdict, fields
from pathlib import Path

from lissnas.predictor.model import Predictor
from lissnas.predictor.quality import Quality
from lissnas.predictor.settings import PredictorSettings


def to_bytes(predictor: Predictor) -> bytes:
    """Return the predictor as bytes that `from_bytes` reads."""
    model = bytes(predictor.booster.save_raw("ubj"))
    quality = asdict(predictor.quality)
    about = {
        "sha256": hashlib.sha256(model).hexdigest(),
        "settings": asdict(predictor.settings),
        "quality": {  # JSON has no NaN
            name: None if math.isnan(value) else value
            for name, value in quality.items()
        },
    }
    return json.dumps(about, allow_nan=False).encode() + b"\n" + model


def from_bytes(content: bytes) -> Predictor:
    """Return the predictor written by `to_bytes`; ValueError if it is none."""
    import xgboost

    line, _, model = content.partition(b"\n")
    try:
        about = json.loads(line)
        if about["sha256"] != hashlib.sha256(model).hexdigest():
            raise ValueError("the checksum differs")
        settings = PredictorSettings(**about["settings"])
        values = {field.name: about["quality"][field.name] for field in fields(Quality)}
        booster = xgboost.Booster({"nthread": 1})
        booster.load_model(bytearray(model))
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
