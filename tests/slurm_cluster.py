"""A real Slurm on this machine for the tests: two fake GPUs, on one node or on two.

Everything lies in one folder: keys, sockets, logs and state, so that nothing of the
system is touched and two can run beside each other; only loopback is used.
"""

import contextlib
import getpass
import os
import shutil
import signal
import socket
import stat
import subprocess
import time
from pathlib import Path

import psutil

NODE = """\
NodeName={name} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs={cpus} \
Boards=1 SocketsPerBoard=1 CoresPerSocket={cpus} ThreadsPerCore=1 RealMemory=1000 \
Gres=gpu:{cpus}
"""
PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol")
SBIN = os.pathsep.join(["/usr/sbin", "/usr/local/sbin", os.environ.get("PATH", "")])
CONF = """\
ClusterName=tests
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
SlurmctldPort={ctld}
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket,cred_expire=10
CryptoType=crypto/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SwitchType=switch/none
SchedulerType=sched/builtin
SchedulerParameters=batch_sched_delay=0,sched_interval=2,sched_min_interval=0
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
GresTypes=gpu
KillWait=5
MinJobAge=300
ReturnToService=2
SlurmdTimeout=600
JobRequeue=1
SlurmdParameters=config_overrides
{nodes}
PartitionName=tests Nodes=ALL Default=YES MaxTime=INFINITE State=UP OverSubscribe=NO
"""


class Unavailable(Exception):
    """Slurm cannot be started here."""


def free_port():
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def program(name):
    """Return the path of a program of Slurm."""
    found = shutil.which(name, path=SBIN)
    if found is None:
        raise Unavailable(f"{name} is not installed (apt-get install slurm-wlm munge)")
    return found


class Cluster:
    """Start with `start`, end with `stop`; `environment` is for its clients."""

    def __init__(self, folder, nodes=1):
        self.folder = Path(folder)
        self.nodes = [f"node{number}" for number in range(nodes)]
        self.processes = []
        self.environment = {"SLURM_CONF": str(self.folder / "slurm.conf")}

    def start(self, seconds=60):
        """Start the daemons and wait until the node is idle."""
        for name in PROGRAMS:
            program(name)
        self._configure()
        munge = self.folder / "munge"
        paths = {name: munge / name for name in ("socket", "key", "seed", "log", "pid")}
        flags = [
            f"--{'socket' if name == 'socket' else name + '-file'}={path}"
            for name, path in paths.items()
        ]
        self._run("munged", "--foreground", "--force", *flags)
        self._until(paths["socket"].exists, seconds, "munged")
        self._run("slurmctld", "-D", "-i", "-c")
        for node in self.nodes:
            self._run("slurmd", "-D", "-c", "-N", node)
        self._until(self._idle, seconds, "slurmd")

    def _configure(self):
        """Write the configuration."""
        spools = [f"spool-{node}" for node in self.nodes]
        for name in ("munge", "state", *spools):
            (self.folder / name).mkdir(mode=0o700)
        (self.folder / "munge" / "key").write_bytes(os.urandom(128))
        (self.folder / "munge" / "key").chmod(0o600)
        host, each = socket.gethostname().split(".")[0], 2 // len(self.nodes)
        lines = [
            NODE.format(name=node, host=host, port=free_port(), cpus=each)
            for node in self.nodes
        ]
        names = {"host": host, "nodes": "".join(lines), "user": getpass.getuser()}
        names |= {"ctld": free_port(), "folder": self.folder}
        (self.folder / "slurm.conf").write_text(CONF.format(**names))
        try:
            self._make_gpus()
        except PermissionError:
            raise Unavailable(
                "only root can make devices that look like GPUs"
            ) from None
        gpus = "0-1" if each == 2 else "0"
        lines = [
            f"NodeName={node} Name=gpu File={self.folder}/gpu[{gpus}]\n"
            for node in self.nodes
        ]
        (self.folder / "gres.conf").write_text("".join(lines))

    def _make_gpus(self):
        """Make two null devices that Slurm takes for GPUs."""
        for gpu in range(2):
            os.mknod(self.folder / f"gpu{gpu}", 0o666 | stat.S_IFCHR, os.makedev(1, 3))

    def _run(self, name, *arguments):
        """Start a daemon in the foreground, so that it is ours to end."""
        with (self.folder / f"{name}.out").open("wb") as out:
            process = subprocess.Popen(
                [program(name), *arguments],
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        self.processes.append((name, process))

    def _until(self, reached, seconds, name):
        """Wait for something; Unavailable, with a log's end, if it does not come."""
        end = time.monotonic() + seconds
        while not reached():
            dead = [n for n, p in self.processes if p.poll() is not None]
            if dead or time.monotonic() > end:
                raise Unavailable(f"{(dead or [name])[0]} did not start: {self.logs()}")
            time.sleep(0.2)

    def _idle(self):
        """Tell whether the node can take jobs."""
        answer = self.call("sinfo", "--noheader", "--Node", "--format=%T %G")
        states = answer.stdout.split("\n")[:-1]
        return len(states) == len(self.nodes) and all(
            state.startswith("idle gpu:") for state in states
        )

    def call(self, *command):
        """Run a client."""
        return subprocess.run(
            command,
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            timeout=60,
        )

    def logs(self):
        """Return the end of what the daemons wrote."""
        texts = []
        for path in sorted(self.folder.glob("*.log")) + sorted(
            self.folder.glob("*.out")
        ):
            texts.append(f"{path.name}: {path.read_text(errors='replace')[-600:]}")
        return "\n".join(texts)

    def stop(self):
        """End all jobs and all daemons."""
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            self.call("scancel", "--user", getpass.getuser(), "--signal=KILL", "--full")
            self.call("scancel", "--user", getpass.getuser())
            end = time.monotonic() + 20
            while self.call("squeue", "--noheader").stdout and time.monotonic() < end:
                time.sleep(0.2)
        for _, process in reversed(self.processes):
            process.terminate()
        for _, process in reversed(self.processes):
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(10)
        self._sweep()

    def _sweep(self):
        """End what daemons left behind; their environment tells whose it is."""
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                if (
                    process.environ().get("SLURM_CONF")
                    == self.environment["SLURM_CONF"]
                ):
                    process.kill()
