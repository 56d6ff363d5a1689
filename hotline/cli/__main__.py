"""``python -m hotline.cli``: how the supervisor starts its children."""

from hotline.cli import main
from hotline.cli.supervisor import die_with_parent

if __name__ == "__main__":
    die_with_parent()
    main()
