"""Reports: many measurements in one web page that needs nothing else."""

from lissnas.report.locality import Job, jobs, measure, write

__all__ = ["Job", "jobs", "measure", "write"]
