"""`python -m components.evaluation`: the runs of the page Compare without a browser."""
