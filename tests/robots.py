"""How a crawler that keeps to robots.txt reads it."""

import re


def allowed(robots: str, path: str) -> bool:
    """As search engines read it: the longest rule that matches wins; an Allow wins a tie."""
    best = (0, True)
    for line in robots.splitlines():
        word, _, rule = line.partition(": ")
        if word in ("Allow", "Disallow") and re.match(re.escape(rule).replace(r"\*", ".*"), path):
            best = max(best, (len(rule), word == "Allow"))
    return best[1]
