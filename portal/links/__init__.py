"""Outbound links: gathered from everything that holds addresses, and checked without ever asking a machine we must not.

``addresses`` reads an address and says who may be asked, ``visiting`` asks one question and
listens no longer than it has to, ``verdicts`` says what the answers mean, ``gathering`` keeps the
list, ``batches`` does a few at a time and in good manners. What was found is in
``portal.models.links``.
"""
