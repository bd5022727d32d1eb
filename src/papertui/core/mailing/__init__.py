"""What is true of mails, before anything is sent: addresses, servers, which days are due, how far a mail has come."""
