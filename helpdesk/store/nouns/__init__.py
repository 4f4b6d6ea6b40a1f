"""Rows of the nouns in `helpdesk/nouns`: for each what a decision looks at, and what its effects write."""
