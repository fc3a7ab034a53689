"""What is made from the command tree: completions, the man page, the reference.

``python -m polyscale_cli.shell`` writes them all; they are committed, and a test holds them to the tree. A shell reads
scripts that know everything by themselves: no Python is started for a Tab.
"""
