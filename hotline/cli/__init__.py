"""``hotline …``: one module a group. Errors are one line; nobody sees a traceback for something we foresaw."""

from __future__ import annotations

import sys

from hotline.cli.commands import build
from hotline.errors import HotlineError


def main() -> None:
    """Run the command line; exit code 1 for an error we can name, 2 for a wrong call, 130 for Ctrl-C."""
    try:
        build(sys.argv[1] if len(sys.argv) > 1 else None)()
    except HotlineError as error:
        sys.stderr.write(f"错误:{error.message}({error.code}: {error})\n")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
