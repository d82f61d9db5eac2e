"""One message with two doors: offers, templates, invitations and proof of the answer."""
