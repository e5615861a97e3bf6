"""Where the published tables of each space are, and who reads them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lissnas.oracles.importing import jsons, nasbench101
from lissnas.oracles.importing.base import Imported, Tick


@dataclass(frozen=True, slots=True)
class Source:
    """A published table.

    Parameters
    ----------
    space, file
        Which space, and the name of the file or folder; a `*` stands for any text.
    size
        Size in bytes, rounded where the publisher rounds it; 0 where unknown.
    networks
        How many distinct architectures it holds; 0 where unknown.
    page
        The publisher's page.
    licence
        As found there.
    holds
        What the table holds, in words.
    read
        What reads it; None if it cannot be imported, with the reason in `how`.
    sha256
        Checksum, where the publisher states one.
    how
        How to get and import it, beyond the usual command.
    """

    space: str
    file: str
    size: int
    networks: int
    page: str
    licence: str
    holds: str
    read: Callable[[Path, Tick], Imported] | None
    sha256: str = ""
    how: str = ""


SOURCES = (
    Source(
        "nasbench101",
        "nasbench_only108.tfrecord",
        499_000_000,
        423_624,
        "github.com/google-research/nasbench",
        "Apache-2.0",
        "all 423,624 cells, validation and test accuracy after 108 epochs, 3 runs",
        nasbench101.read,
        "4c39c3936e36a85269881d659e44e61a245babcb72cb374eacacf75d0e5f4fd1",
    ),
    Source(
        "nasbench101",
        "nasbench_full.tfrecord",
        1_950_000_000,
        423_624,
        "github.com/google-research/nasbench",
        "Apache-2.0",
        "the same after 4, 12, 36 and 108 epochs",
        nasbench101.read,
        "3d64db8180fb1b0207212f9032205064312b6907a3bbc81eabea10db2f5c7e9c",
    ),
    Source(
        "nasbench-macro",
        "nas-bench-macro_cifar10.json",
        1_178_821,
        3_969,
        "github.com/xiusu/NAS-Bench-Macro",
        "Apache-2.0",
        "all 6,561 strings, test accuracy on CIFAR-10, 3 runs",
        jsons.read_macro,
    ),
    Source(
        "mnasnet",
        "anb_dataset_jsons*",
        1_173_570,
        5_125,
        "github.com/afzalxo/Accel-NASBench",
        "Apache-2.0",
        "5,138 networks, ImageNet top-1 after a short training, one run",
        jsons.read_accel,
        how="the archive anb_dataset_jsons.tar.gz or the folder it holds",
    ),
    Source(
        "nasbench-graph",
        "*.bench",
        6_000_000,
        26_206,
        "github.com/THUMNLab/NAS-Bench-Graph",
        "Apache-2.0",
        "all 26,206 networks on nine graph data sets",
        None,
        how="they are read from their own package only, which "
        "`pip install 'lissnas[graph]'` adds",
    ),
    Source(
        "nasbench301",
        "nasbench301 dataset v1.0",
        0,
        0,
        "figshare.com/articles/dataset/NAS-Bench-301_Dataset_v1_0/13246952",
        "see there",
        "the trained DARTS networks behind the surrogate benchmark, CIFAR-10",
        None,
        how="convert genotypes and accuracies to CSV and import that",
    ),
    Source(
        "shufflenetv2",
        "log_spos_c10_random_search",
        142_526,
        1_000,
        "github.com/ShunLu91/Single-Path-One-Shot-NAS",
        "MIT by a badge, no licence file",
        "1,000 random paths with the weights of a supernet, CIFAR-10",
        None,
        how="a text log: convert strings and accuracies to CSV and import that",
    ),
    Source(
        "transnasbench101-macro",
        "transnas-bench_v10141024.pth",
        0,
        3_256,
        "github.com/yawen-d/TransNASBench",
        "MIT",
        "3,256 macro networks on seven Taskonomy tasks",
        None,
        how="a pickled file, which is not read: convert it to CSV and import that",
    ),
    Source(
        "transnasbench101-micro",
        "transnas-bench_v10141024.pth",
        0,
        4_096,
        "github.com/yawen-d/TransNASBench",
        "MIT",
        "4,096 cells on seven Taskonomy tasks",
        None,
        how="a pickled file, which is not read: convert it to CSV and import that",
    ),
)
