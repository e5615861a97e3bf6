"""Which options or tests of a described space an architecture fails."""

from collections.abc import Iterator

from lissnas.arrays import Archs
from lissnas.records import Iteration
from lissnas.spaces import Space
from lissnas.subsets import Filter, ImplicitSubset, ProductSubset, Rules, restore


def failed(
    space: Space, iteration: Iteration, arch: Archs
) -> Iterator[tuple[str, str]]:
    """Yield ("option" or "test", words) for each that a canonical row ``(d,)`` fails.

    Nothing where the iteration's space is a list, or holds the architecture.
    """
    if iteration.step == 0 or iteration.subset is None:
        return
    subset = restore(space, iteration.subset, iteration.space)
    if subset.contains(arch[None])[0]:
        return
    if isinstance(subset, ProductSubset):
        yield from _options(space, subset.allowed, arch)
    elif isinstance(subset, ImplicitSubset):
        yield from _tests(space, subset, arch)


def _options(
    space: Space, allowed: tuple[tuple[int, ...], ...], arch: Archs
) -> Iterator[tuple[str, str]]:
    """Yield the options of an architecture that are not allowed."""
    for decision, options, taken in zip(
        space.decisions, allowed, arch.tolist(), strict=True
    ):
        if taken not in options:
            left = ", ".join(decision.options[one] for one in options)
            yield (
                "option",
                f"it takes {decision.options[taken]} at {decision.name}, where only "
                f"{left} was left",
            )


def _tests(
    space: Space, subset: ImplicitSubset, arch: Archs
) -> Iterator[tuple[str, str]]:
    """Yield the tests that an architecture fails."""
    test = subset.predicate
    if isinstance(test, Rules):
        for name in test.names:
            if not Rules((name,))(space, arch[None])[0]:
                yield "test", f"it breaks the rule {name}"
        for decision, first, last in test.ranges:
            if not first <= arch[decision] <= last:
                about = space.decisions[decision]
                low, high = about.options[first], about.options[last]
                taken = about.options[int(arch[decision])]
                yield (
                    "test",
                    f"its {about.name} is {taken}, outside of {low} to {high}",
                )
    elif isinstance(test, Filter):
        if test.allowed is not None:
            yield from _options(space, test.allowed, arch)
        weak = float(test.outputs(space, arch[None])[0])
        if weak > test.threshold:
            yield (
                "test",
                f"the filter calls it weak, {weak:.3f} where {test.threshold:.3f} is "
                "the most that passes",
            )
