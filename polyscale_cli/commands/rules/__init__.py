"""``polyscale rules``: for how long answers are kept, where automation is not to decide."""
