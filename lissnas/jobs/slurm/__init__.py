"""Jobs on a cluster: the same work under Slurm, whose commands are all that is used.

`send` submits, `watch` finds out how things are, without an accounting database: from
`squeue`, then `scontrol`, then what the job itself writes into its folder, which must
lie on a disk that the nodes share. The list of jobs stays on the submitting machine.
"""

from lissnas.jobs.slurm.observation import watch
from lissnas.jobs.slurm.settings import SlurmSettings, load
from lissnas.jobs.slurm.submission import send

__all__ = ["SlurmSettings", "load", "send", "watch"]
