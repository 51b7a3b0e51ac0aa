"""What pages cost, as ratios to the cheapest Django view of the same server in the same run.

    bin/bench                     # pages, then the embedded database
    bin/bench pages /programs/    # only these addresses

Machines differ and are shared: read the ratios, not the milliseconds.
"""

import argparse

from benchmarks import embedded, pages


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", choices=["pages", "embedded"], help="Only this part.")
    parser.add_argument("paths", nargs="*", help="Addresses to measure instead of the usual ones.")
    parser.add_argument("--rounds", type=int, default=40, help="Requests to each address.")
    options = parser.parse_args()
    if options.what in (None, "pages"):
        pages.measure(options.paths or pages.USUAL, options.rounds)
    if options.what in (None, "embedded"):
        embedded.measure()


if __name__ == "__main__":
    main()
