"""The starter catalogue: the repository's own compact copy of facts, so that a fresh clone shows real pages.

``files`` reads and writes its folder, ``tables`` says what is in it, ``writing`` makes it
from an imported database, ``loading`` takes it into any database. The format is explained
in starter/README.md.
"""
