"""Places in canned replies: what stands in braces, and what there is to put there. Must import nothing."""

import re

PLACEHOLDER = re.compile(r"\{([a-z][a-z_-]*)\}")
"""A place that the desk fills."""
PLACES = ("name", "number", "volunteer", "link")
"""What it has to fill them with: the asker's name, the ticket's number, who answers, and an address they give."""
