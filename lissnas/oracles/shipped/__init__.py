"""Benchmark tables that need no download: inside packages, and our own."""

from lissnas.oracles.shipped import measured, nasbench201, nasbench_graph
from lissnas.oracles.shipped.base import NotInstalled, Shipped

SHIPPED = (
    Shipped(nasbench201.SPACE, nasbench201.PACKAGE, nasbench201.table_paths),
    Shipped(
        nasbench_graph.SPACE,
        nasbench_graph.PACKAGE,
        nasbench_graph.table_paths,
        optional=True,
    ),
    *measured.MEASURED,
)

__all__ = ["SHIPPED", "NotInstalled", "Shipped"]
