"""Full texts of papers as documents."""
