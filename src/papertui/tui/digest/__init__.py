"""The digest screen: preview, log of mails and schedule."""
