"""`python -m include`: the command line of engineers and auditors."""

from include.commands import main

if __name__ == "__main__":
    main()
