"""The 1,797 handwritten digits of 8x8 pixels that scikit-learn ships."""

import numpy as np

from lissnas.supernet.data.base import Images

SOURCE = (
    "Optical Recognition of Handwritten Digits (Alpaydin and Kaynak, UCI, "
    "doi:10.24432/C50P49), the test part, as shipped with scikit-learn"
)


def digits() -> Images:
    """Return the digits, one channel, values 0 to 16."""
    from sklearn.datasets import load_digits

    found = load_digits()
    pixels = found.images.astype(np.uint8)[:, None]
    names = tuple(map(str, range(10)))
    return Images("digits", pixels, found.target.astype(np.int64), names, source=SOURCE)
