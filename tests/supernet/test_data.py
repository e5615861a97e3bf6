"""Data sets: read whole or refused in a sentence, and split without overlap."""

import io
import tarfile
import zipfile

import numpy as np
import pytest

from lissnas.supernet.data import Images, load_images, split
from lissnas.supernet.data.cifar import PIXELS, VERSIONS, cifar

SIZES = {"cifar10": 10_000 * 3073, "cifar100": 50_000 * 3074}


def made(counts, published=0):
    """Return images of noise, so many of each class."""
    labels = np.repeat(np.arange(len(counts)), counts)
    pixels = np.zeros((len(labels), 1, 4, 4), dtype=np.uint8)
    return Images("made", pixels, labels, tuple("ab"), published)


def test_digits_are_the_1797_of_scikit_learn():
    """1,797 images of 8x8, ten classes, values 0 to 16 (scikit-learn's description)."""
    images = load_images("digits")
    assert images.pixels.shape == (1797, 1, 8, 8)
    assert images.pixels.min() == 0 and images.pixels.max() == 16
    assert len(np.unique(images.labels)) == len(images.classes) == 10


@pytest.mark.parametrize("seed", [0, 1])
def test_parts_are_disjoint_stratified_and_complete(seed):
    """Every image is in one part, and each class is parted by the shares."""
    images = made([100, 40])
    parts = split(images, 0.2, 0.3, seed)
    rows = np.concatenate([parts.train, parts.valid, parts.test])
    np.testing.assert_array_equal(np.sort(rows), np.arange(140))
    for part, share in ((parts.valid, 0.2), (parts.test, 0.3)):
        found = np.bincount(images.labels[part])
        np.testing.assert_allclose(found, np.array([100, 40]) * share, atol=1)


def test_seeds_split_differently_and_alike():
    """The seed fixes the split; another seed gives another."""
    one, same, other = (split(made([50, 50]), 0.2, 0.2, s).valid for s in (0, 0, 1))
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


def test_the_published_test_set_is_the_test_part():
    """No image of the publisher's test set trains or ranks."""
    parts = split(made([60, 60], published=30), 0.2, 0.2, 0)
    np.testing.assert_array_equal(parts.test, np.arange(90, 120))
    assert max(parts.train.max(), parts.valid.max()) < 90


@pytest.mark.parametrize("shares", [(0, 0.2), (0.6, 0.5), (0.2, 1.0)])
def test_impossible_shares_are_refused(shares):
    """Shares are positive and leave images to train."""
    with pytest.raises(ValueError, match=r"valid|test"):
        split(made([10, 10]), *shares, 0)


def binary(folder, name, truncated=None):
    """Write the files of a version, sparse but for a record; return the folder."""
    version = VERSIONS[name]
    size = version.labels + PIXELS
    for file, count in [*version.files, version.test]:
        with (folder / file).open("wb") as out:
            out.truncate(count * size - (1 if file == truncated else 0))
            out.seek(size)
            out.write(bytes([3] * version.labels) + bytes(range(256)) * 12)
    return folder


@pytest.mark.parametrize("name", VERSIONS)
def test_cifar_is_read_as_its_publisher_describes(name, tmp_path):
    """Label bytes, then 1,024 red, green and blue ones each; the test images last."""
    images = load_images(str(binary(tmp_path, name)))
    assert images.name == name and images.published == 10_000
    assert images.pixels.shape == (60_000, 3, 32, 32)
    assert images.labels[1] == 3 and images.labels[0] == 0
    expected = np.tile(np.arange(256, dtype=np.uint8), 12).reshape(3, 32, 32)
    np.testing.assert_array_equal(images.pixels[1], expected)


def test_truncated_cifar_is_refused_with_the_page(tmp_path):
    """A file that is one byte short is named, and where to get it."""
    binary(tmp_path, "cifar10", "data_batch_3.bin")
    with pytest.raises(ValueError, match=r"data_batch_3\.bin .*truncated.*toronto"):
        load_images(str(tmp_path))


def test_cifar_with_impossible_labels_is_refused(tmp_path):
    """A label beyond the classes means damage."""
    binary(tmp_path, "cifar10")
    with (tmp_path / "test_batch.bin").open("r+b") as file:
        file.write(b"\x0b")
    with pytest.raises(ValueError, match=r"labels .* 0\.\.9, got 11"):
        load_images(str(tmp_path))


def test_damaged_archive_is_refused(tmp_path):
    """An archive that is cut off is one sentence, not a traceback."""
    path = tmp_path / "cifar-10-binary.tar.gz"
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        info = tarfile.TarInfo("x/data_batch_1.bin")
        info.size = 100_000
        rng = np.random.default_rng(0)
        archive.addfile(info, io.BytesIO(rng.bytes(100_000)))
    path.write_bytes(path.read_bytes()[:50_000])
    with pytest.raises(ValueError, match="undamaged archive"):
        cifar(VERSIONS["cifar10"], path)


def test_missing_cifar_says_where_to_get_it(empty_home):
    """The sentence names the folder, the file and the publisher's page."""
    with pytest.raises(ValueError, match=r"cifar-10-binary.*toronto") as error:
        load_images("cifar10")
    assert str(empty_home / "data") in str(error.value)


def saved(path, **arrays):
    np.savez(path, **arrays)
    return str(path)


@pytest.mark.parametrize(
    "shape", [(20, 8, 8), (20, 8, 8, 3), (20, 3, 8, 8)], ids=["hw", "hwc", "chw"]
)
def test_npz_layouts(shape, tmp_path):
    """Images of either layout become (n, c, h, w), labels numbers of classes."""
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 255, shape, dtype=np.uint8)
    labels = np.arange(20) % 2 * 7
    images = load_images(saved(tmp_path / "own.npz", images=pixels, labels=labels))
    assert images.pixels.shape == (20, 1 if len(shape) == 3 else 3, 8, 8)
    np.testing.assert_array_equal(images.labels, labels // 7)
    assert images.classes == ("0", "7")


ZEROS = np.zeros((20, 8, 8), dtype=np.uint8)
HALVES = np.arange(20) % 2


@pytest.mark.parametrize(
    ("arrays", "reason"),
    [
        ({"images": ZEROS}, "arrays images and labels"),
        ({"images": ZEROS, "labels": HALVES[:-1]}, "must be 20 integers"),
        ({"images": ZEROS, "labels": HALVES / 2}, "must be 20 integers"),
        ({"images": ZEROS, "labels": HALVES - 5}, r"0\.\."),
        ({"images": ZEROS, "labels": HALVES * 0}, "2 classes"),
        ({"images": ZEROS.astype(int), "labels": HALVES}, "uint8 or floating"),
        ({"images": ZEROS[:, :4], "labels": HALVES}, "squares"),
        ({"images": ZEROS + np.nan, "labels": HALVES}, "finite"),
        ({"images": ZEROS.astype(object), "labels": HALVES}, "damaged or another"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_npz_that_is_no_data_set_is_refused(arrays, reason, tmp_path):
    """Whatever is wrong is said in one sentence; nothing is unpickled."""
    with pytest.raises(ValueError, match=reason):
        load_images(saved(tmp_path / "own.npz", **arrays))


def test_truncated_and_hostile_npz_are_refused(tmp_path):
    """Neither half a file nor a header that promises terabytes is read."""
    good = tmp_path / "own.npz"
    saved(good, images=ZEROS, labels=HALVES)
    half = tmp_path / "half.npz"
    half.write_bytes(good.read_bytes()[:600])
    header = io.BytesIO()
    fields = {"descr": "|u1", "fortran_order": False, "shape": (2**40, 8, 8)}
    np.lib.format.write_array_header_1_0(header, fields)
    huge = tmp_path / "huge.npz"
    with zipfile.ZipFile(huge, "w") as archive:
        archive.writestr("images.npy", header.getvalue())
    for path in (half, huge):
        with pytest.raises(ValueError, match="damaged or another"):
            load_images(str(path))


def picture(path, colour, size=(12, 8)):
    from PIL import Image

    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).save(path)


@pytest.fixture
def pictures(tmp_path, empty_home):
    """Return a folder of red and blue images, with validation images apart."""
    for part, count in (("train", 6), ("val", 2)):
        for i in range(count):
            picture(tmp_path / "in" / part / "blue" / f"{i}.png", (0, 0, 255))
            picture(tmp_path / "in" / part / "red" / f"{i}.png", (255, 0, 0))
    return tmp_path / "in"


def test_folders_are_classes(pictures):
    """Classes are folders by name; `val` is the test set; squares of a given side."""
    images = load_images(str(pictures), pixels=6, processes=1)
    assert images.classes == ("blue", "red") and images.published == 4
    assert images.pixels.shape == (16, 3, 6, 6)
    for row, label in zip(images.pixels, images.labels, strict=True):
        channel = 2 if label == 0 else 0
        assert row[channel].min() == 255 and row.sum() == 255 * 36


def test_decoded_images_are_kept(pictures, empty_home):
    """A second look reads the cache; a changed file makes it anew."""
    first = load_images(str(pictures), pixels=6, processes=1)
    kept = sorted((empty_home / "cache" / "images").glob("*.npy"))
    assert load_images(str(pictures), pixels=6).fingerprint == first.fingerprint
    assert sorted((empty_home / "cache" / "images").glob("*.npy")) == kept
    picture(pictures / "train" / "red" / "0.png", (9, 9, 9), (16, 16))
    changed = load_images(str(pictures), pixels=6, processes=1)
    assert changed.fingerprint != first.fingerprint


def test_a_damaged_image_is_named(pictures):
    """The sentence tells which file is no image, and nothing is left in the cache."""
    (pictures / "train" / "red" / "3.png").write_bytes(b"\x89PNG no image")
    with pytest.raises(ValueError, match=r"red/3\.png must be an undamaged image"):
        load_images(str(pictures), pixels=6, processes=1)


def test_no_data_is_refused(tmp_path):
    """A path that holds no images, or nothing, is refused with what is possible."""
    for data in (str(tmp_path / "nothing"), str(tmp_path)):
        with pytest.raises(ValueError, match="digits, cifar10, cifar100"):
            load_images(data)
