"""The digest as a mail: rendering, message, SMTP transport and schedulers."""
