"""Data sets as arrays of labelled images, without torch.

`load_images` takes the name ``digits``, or a path: files of CIFAR-10 or CIFAR-100's
binary version (a folder or the archive), a folder with one folder of images a class,
or an npz file with the arrays `images` and `labels`. ``cifar10`` and ``cifar100`` are
looked for in the folder `data` of the home folder.
"""

from pathlib import Path

from lissnas.home import home
from lissnas.supernet.data.base import Images, Split, split
from lissnas.supernet.data.cifar import PAGE, VERSIONS, cifar, version_of
from lissnas.supernet.data.digits import digits
from lissnas.supernet.data.folder import folder, is_folder_of_images
from lissnas.supernet.data.npz import npz

__all__ = ["NAMED", "Images", "Split", "load_images", "split"]
NAMED = ("digits", "cifar10", "cifar100")


def load_images(data: str, pixels: int = 0, processes: int = 0) -> Images:
    """Return a data set by its name or path.

    Parameters
    ----------
    pixels
        The side to which a folder's images are resized; 0 means 224.
    processes
        How many processes decode them; 0 means one a core.

    Raises
    ------
    ValueError
        If there is no such data, or it is damaged; the sentence says where to get it.
    """
    if data == "digits":
        return digits()
    if data in VERSIONS:
        return _cifar_at_home(data)
    path = Path(data).expanduser()
    if not path.exists():
        raise ValueError(
            f"data must be {', '.join(NAMED)}, or a path to images, got {data!r}, "
            "which is not there"
        )
    version = version_of(path)
    if version is not None:
        return cifar(version, path)
    if path.suffix.lower() == ".npz" and path.is_file():
        return npz(path)
    if is_folder_of_images(path):
        return folder(path, pixels, processes)
    raise ValueError(
        f"data must be {', '.join(NAMED)}, CIFAR's binary files, a folder with one "
        f"folder of images a class, or an .npz file, got {data!r}"
    )


def _cifar_at_home(name: str) -> Images:
    """Return CIFAR from the user's folder of data."""
    version, place = VERSIONS[name], home() / "data"
    inner = version.archive.removesuffix("-binary.tar.gz") + "-batches-bin"
    for path in (place / version.archive, place / inner, place / name, place):
        if version_of(path) is version and path.exists():
            return cifar(version, path)
    raise ValueError(
        f"data {name} must be in the folder {place}: put {version.archive}, the binary "
        f"version of {PAGE}, there, or give its path"
    )
