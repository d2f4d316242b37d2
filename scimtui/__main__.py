"""`python -m scimtui` is the `scimtui` command."""

from scimtui.cli import main

if __name__ == "__main__":
    main()
