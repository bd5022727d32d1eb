"""What both front ends ask for that belongs to no single feature."""
