"""Reading what agencies publish: files, rows, cells, and one run from path to promoted release.

An importer of one source is a declaration (:class:`portal.imports.importer.Importer`):
which official columns it reads, and one function from a row to facts.
"""
