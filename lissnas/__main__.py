"""`python -m lissnas` is the command `lissnas`."""

from lissnas.cli import main

main()
