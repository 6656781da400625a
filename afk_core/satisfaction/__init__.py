"""The Survei Kepuasan Masyarakat of each quarter: filled in, counted, followed up, published.

What people answered is only ever counted; why, says the page of `docs/decisions` on the survey.
"""
