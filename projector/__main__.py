"""``python -m projector`` is the same program as the ``projector`` command."""

from projector.cli import main

if __name__ == "__main__":
    main()
