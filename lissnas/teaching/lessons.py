"""The tour in words: what each step says, shows and asks.

Numbers of a run are never in here; they are measured when the step is drawn.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lesson:
    """One step: its key and title, the paper's section, its text, and a question."""

    key: str
    title: str
    section: str
    text: str
    question: str
    answer: str


LESSONS = (
    Lesson(
        "space",
        "What is a search space?",
        "Sections 3.1 and C",
        """
A **search space** is a set of networks that follow one plan and differ in a few
*decisions*. In NAS-Bench-201 the plan is a cell with four nodes; on each of the six
arrows between them one of five operations is chosen. Choose yours: the network was
really trained, and its real accuracy is looked up, not guessed.
""",
        "How many different cells are there? And how long would it take to train them "
        "all at one GPU-hour each?",
        "Six decisions with five options each make 5^6 = 15,625 cells: 21 months on "
        "one GPU. Here somebody did it, which is why this space is good for teaching. "
        "The ShuffleNetV2 space has 4^20 = 1.1e12 networks: 125 million years.",
    ),
    Lesson(
        "locality",
        "Similar networks perform alike",
        "Section 4.2, Figure 2",
        """
One **edit** changes one decision. Walk through the space one random edit at a time and
watch the accuracy: it moves like somebody on a hillside, not like a dice roll. That is
**locality**, the property on which everything else rests. The bars on the right measure
it: how much the accuracy now tells about the accuracy some steps later.
""",
        "Which edits make the big jumps?",
        "Mostly those that cut the last path of convolutions between input and output, "
        "or restore it. So locality is a tendency, not a law: the correlation of "
        "one-edit neighbours is high but not 1.",
    ),
    Lesson(
        "seeds",
        "Seeds and their neighbours",
        "Section 4.3, steps 1 and 2",
        """
Draw some networks at random, let a **predictor** score them, and keep the best: these
are the **seeds**. Their **neighbours** are the networks a few edits away. Locality says
that they should be good too, without anybody scoring them. The curves tell whether they
are: each shows what share of a group has less than a given (true) error.
""",
        "From how many edits on are neighbours of good networks hardly better than "
        "random ones?",
        "The curves move towards the dashed one with each edit. The paper's rule is to "
        "stop at a third of all edits there are, which is two of six here.",
    ),
    Lesson(
        "iteration",
        "One iteration, by hand",
        "Section 4.3 and Appendix H",
        """
Now do what LISSNAS does. An iteration samples the current space, takes the best as
seeds, and fills the next, smaller space with the seeds and their neighbours. If the
mean of the predictions rose, go on; if not, the space *before* is the result. Set the
knobs, then press the button again and again.
""",
        "What happens with a very large edit distance? And with very few seeds?",
        "Far neighbours are like random draws, so the mean stops rising at once. Very "
        "few seeds give a space that is good at first but narrow: few pockets are left "
        "when the predictor is wrong about them.",
    ),
    Lesson(
        "index",
        "How much better is it?",
        "Section 4.4, Theorem 1 and equation 2",
        """
Call a network *good* if it is among the best fifth of the original space. If a share
**p** of a space is good, the chance that at least **k** of **n** random draws are good
is

$$P(p; n, k) = \\sum_{j=k}^{n} \\binom{n}{j} p^j (1-p)^{n-j}$$

The **shrink index** is how much P rises by shrinking. It starts with the shares that
were measured for the example run; move them, and n and k.
""",
        "Compare shrinking to 60 % good networks with shrinking to 90 %. Which numbers "
        "tell them apart?",
        "With n = 10 and k = 2 both are near the end of the curve: the index saturates "
        "and hardly differs. The error distribution and the mean do tell them apart, "
        "which is why all of them are shown.",
    ),
    Lesson(
        "diversity",
        "Good is not enough: diversity",
        "Section 5.4, Table 7, Figure 5",
        """
A space whose networks all look alike is of little use: on another device or another
task, the one kind that is left may be wrong. Here three methods shrank the space to
about the same size, with the same predictor. On each map, the grey cloud is the
original.
""",
        "Which of them would you give to somebody who needs both a very small and a "
        "very large network?",
        "The one whose FLOP coverage is highest: it still has networks in most "
        "twentieths of the original's multiply-adds. Means and diversity pull in "
        "different directions; a single number does not decide.",
    ),
    Lesson(
        "ablation",
        "And without locality?",
        "Appendix H.2, Table 10",
        """
Take locality out and keep everything else: fill the next space with **random** networks
instead of neighbours. Or take no neighbours at all and keep only the best of what was
scored. Both are LISSNAS's own loop with one part switched, on the same predictor.
""",
        "Random networks make the loop stop early. Why?",
        "Every iteration pours average networks back in, so the mean cannot rise for "
        "long, and the rule 'stop when it falls' ends the run.",
    ),
    Lesson(
        "search",
        "Does it help the search?",
        "Sections 3.3 and 4.5",
        """
The point of a shrunk space is to search in it. Here the same evolutionary search looks
for the best network, twenty times with different luck: once in the whole space, once in
the shrunk one. Curves are the **true** accuracy of the best network found so far, bands
95 % intervals.
""",
        "Where is the shrunk space ahead, and does it stay ahead?",
        "At the start: with few queries it draws from better networks. With many "
        "queries the whole space of 15,625 can be searched nearly as well. In a space "
        "of 10^12 or more that point is never reached. The queries that shrinking took "
        "are not in the curve; the caption says how many they were.",
    ),
)
