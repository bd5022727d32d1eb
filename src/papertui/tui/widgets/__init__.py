"""What shows values and posts messages. Nothing here reaches the desk."""
