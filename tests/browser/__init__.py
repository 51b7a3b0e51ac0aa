"""The portal in a real browser: a real server, the starter content, Debian's Chromium."""

EDITOR = "editor@example.com"
PASSWORD = "correct horse battery staple"
