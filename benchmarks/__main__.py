"""What pages cost, as ratios to the cheapest Django view of the same server in the same run.

    bin/bench                            # pages, the embedded database, the directory beside others: seven minutes
    bin/bench pages /programs/           # only these addresses
    bin/bench directory --size 30000     # the directory at one size (3000, 30000, 300000 unless said)
    bin/bench articles                   # a thousand articles: pages beside their template, linting them all
    bin/bench load --seconds 600         # fifty requests a second for ten minutes; only when asked for
    bin/bench --quick                    # fewer requests, and only 3,000 and 30,000 programs
    bin/bench --fresh                    # builds the databases of the directory anew

Machines differ and are shared: read the ratios, not the milliseconds.
"""

import argparse

from benchmarks import articles, directory, embedded, load, pages

SIZES = (3_000, 30_000, 300_000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "what", nargs="?", choices=["pages", "embedded", "directory", "articles", "load"], help="Only this part."
    )
    parser.add_argument("paths", nargs="*", help="Addresses to measure instead of the usual ones.")
    parser.add_argument("--rounds", type=int, default=40, help="Requests to each address.")
    parser.add_argument("--size", type=int, action="append", help="Programs in the directory; may be repeated.")
    parser.add_argument("--seconds", type=int, default=60, help="How long the load lasts.")
    parser.add_argument("--quick", action="store_true", help="Fewer requests, no 300,000 programs.")
    parser.add_argument("--fresh", action="store_true", help="Build the databases of the directory anew.")
    options = parser.parse_args()
    if options.what in (None, "pages"):
        pages.measure(options.paths or pages.USUAL, options.rounds)
    if options.what in (None, "embedded"):
        embedded.measure()
    if options.what in (None, "directory"):
        sizes = sorted(set(options.size or (SIZES[:2] if options.quick else SIZES)))
        directory.measure(sizes, options.quick, options.fresh)
    if options.what in (None, "articles"):
        articles.measure()
    if options.what == "load":
        load.measure(options.seconds)


if __name__ == "__main__":
    main()
