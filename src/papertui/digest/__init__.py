"""The papers of a day or a week, chosen, rendered and mailed once."""
