"""The terms of the field and of the paper, each in a few sentences."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """A term: its name, definition, where the paper has it, and the page that shows it.

    `page` is the script of a page, empty where there is none.
    """

    name: str
    text: str
    section: str = ""
    page: str = ""


SHRINK, LOCALITY, EXPLORE = "pages/shrink.py", "pages/locality.py", "pages/explore.py"
COMPARE, TOUR = "pages/compare.py", "pages/tour.py"

TERMS = (
    Term(
        "Absolute accuracy difference (AAD)",
        "The mean absolute difference between the accuracies of two architectures that "
        "are *d* edits apart. Small at small *d*, and growing, where there is "
        "locality.",
        "Section 4.2, Table 8",
        LOCALITY,
    ),
    Term(
        "Accuracy, true",
        "What a network reached that was really trained, looked up in a benchmark "
        "table. No method sees it while it shrinks; it is only for judging afterwards.",
        "Section 3.2",
        EXPLORE,
    ),
    Term(
        "Accuracy, predicted",
        "What the predictor expects. It is all that a method sees. Predictions flatter "
        "the space that was optimised on them.",
        "Section 4.3",
        SHRINK,
    ),
    Term(
        "Architecture",
        "One network of a search space: the option taken at each decision. Its weights "
        "are not part of it.",
        "Appendix B",
        EXPLORE,
    ),
    Term(
        "Canonical form",
        "Of all ways to write the same network down, the one that stands for them. It "
        "makes it possible to count networks instead of spellings.",
        "Appendix B",
        EXPLORE,
    ),
    Term(
        "Cell",
        "A small graph of operations that is repeated to make the whole network, as in "
        "NAS-Bench-101, NAS-Bench-201 and DARTS.",
        "Appendix C",
        EXPLORE,
    ),
    Term(
        "Diversity",
        "How different the networks of a space are from each other. Here: the sum of "
        "distances of networks chosen farthest first (dispersion), and the share of "
        "the original's multiply-add bins that is still covered, as ratios to the "
        "original.",
        "Section 5.4, Table 7",
        COMPARE,
    ),
    Term(
        "Edit",
        "The smallest change of an architecture: another operation, an edge more or "
        "less, a layer more or less. What counts as one edit is said for each space.",
        "Appendix D",
        EXPLORE,
    ),
    Term(
        "Edit distance",
        "The least number of edits that turn one architecture into another. Isomorphic "
        "architectures have distance 0.",
        "Appendix B",
        LOCALITY,
    ),
    Term(
        "Error EDF",
        "The empirical distribution function of errors: at each error, the share of "
        "networks that have less. The better the space, the further up and left.",
        "Section 5.2, Figure 4",
        SHRINK,
    ),
    Term(
        "Evolutionary search",
        "A search that keeps a population of good architectures, crosses and mutates "
        "them, and keeps the best of the offspring.",
        "Section 4.5",
        TOUR,
    ),
    Term(
        "FLOPs, multiply-adds",
        "How many multiplications with additions one forward pass of one image takes. "
        "The field often says FLOPs for it; both count the same here.",
        "Section 5.4, Figure 5",
        SHRINK,
    ),
    Term(
        "Good (optimal) architecture",
        "One at or above a threshold accuracy; here the 80th percentile of the "
        "original space, so that a fifth of the original is good.",
        "Section 3.3, equation 1",
        SHRINK,
    ),
    Term(
        "Isomorphism",
        "Two spellings of the same network. Only one is kept.",
        "Appendix B",
        EXPLORE,
    ),
    Term(
        "Iteration",
        "One round of LISSNAS: sample, score, choose seeds, add neighbours, compare "
        "the mean with the one before.",
        "Section 4.3",
        SHRINK,
    ),
    Term(
        "Kendall's tau",
        "How well one ranking agrees with another: the share of pairs in the same "
        "order minus the share in the opposite order.",
        "Section 4.5",
        SHRINK,
    ),
    Term(
        "KS distance",
        "The largest vertical gap between two error distributions (Kolmogorov and "
        "Smirnov). With a thousand networks a side, nearly any gap is significant, so "
        "look at its size.",
        "Section 5.2",
        COMPARE,
    ),
    Term(
        "Label",
        "An architecture with its measured accuracy. Each label is a trained network, "
        "so labels are what really costs.",
        "Appendix F",
    ),
    Term(
        "Locality",
        "Architectures that are similar in structure perform alike. The property that "
        "LISSNAS exploits.",
        "Section 4.2",
        LOCALITY,
    ),
    Term(
        "Neighbour",
        "An architecture that is a few edits away from another.",
        "Appendix B",
        EXPLORE,
    ),
    Term(
        "Noise floor",
        "The correlation that unrelated pairs reach by chance. A curve below it says "
        "nothing.",
        "",
        LOCALITY,
    ),
    Term(
        "One-shot search",
        "Train one supernet instead of many networks, and judge each architecture by "
        "the weights it shares.",
        "Sections 2.1 and 4.5",
        TOUR,
    ),
    Term(
        "Pareto front",
        "The networks that no other beats in both accuracy and cost.",
        "Section 2.2",
    ),
    Term(
        "Pocket",
        "A seed with its neighbours: one of the many small regions of good networks of "
        "which a shrunk space consists.",
        "Section 1",
        SHRINK,
    ),
    Term(
        "Predictor",
        "A model (XGBoost) that is trained on some labels and then guesses the "
        "accuracy of any architecture in microseconds.",
        "Section 4.3, Appendix F",
        SHRINK,
    ),
    Term(
        "Query",
        "One architecture that the predictor was asked about, each counted once. The "
        "budget by which methods are compared.",
        "Appendix H.2, Table 10",
        COMPARE,
    ),
    Term(
        "Random walk autocorrelation (RWA)",
        "The correlation between the accuracies of two architectures some random edits "
        "apart. Near 1 for close neighbours where there is locality, near 0 for "
        "unrelated ones.",
        "Section 4.2, Figure 2",
        LOCALITY,
    ),
    Term(
        "Reduction factor",
        "The size of the original space divided by that of the shrunk one.",
        "Section 5.3, Tables 5 and 6",
        COMPARE,
    ),
    Term(
        "Search space",
        "The set of architectures that can be found: a plan with decisions and "
        "options.",
        "Appendix B",
        EXPLORE,
    ),
    Term(
        "Seed",
        "One of the best architectures of an iteration's sample; its neighbourhood "
        "goes into the next space.",
        "Section 4.3",
        SHRINK,
    ),
    Term(
        "Shrink index",
        "By how much shrinking raises the chance that at least k of n uniform draws "
        "are good. It saturates: do not rank good methods by it.",
        "Section 4.4, equation 2",
        TOUR,
    ),
    Term(
        "Supernet",
        "One network that contains all architectures of a space as paths which share "
        "weights.",
        "Sections 2.1 and F",
    ),
    Term(
        "Threshold edit distance",
        "How far neighbours may be from their seed: a third of all edits there are, in "
        "the paper.",
        "Section 4.3",
        LOCALITY,
    ),
    Term(
        "UMAP",
        "A way to draw many dimensions in two so that near neighbours stay near. "
        "Distances between far groups, sizes and densities of groups mean little.",
        "",
        SHRINK,
    ),
)


def found(words: str, terms: Sequence[Term] = TERMS) -> list[Term]:
    """Return the terms that contain all `words`, those named so first."""
    wanted = words.casefold().split()
    hits = [
        term
        for term in terms
        if all(word in f"{term.name} {term.text}".casefold() for word in wanted)
    ]
    named = {t.name for t in hits if all(w in t.name.casefold() for w in wanted)}
    return sorted(hits, key=lambda term: (term.name not in named, term.name.casefold()))
