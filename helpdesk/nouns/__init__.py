"""What the nouns of the desk are: their types, what a decision sees of each (`…View`), and their effects. Pure."""
