"""The demo's mailbox: it takes every e-mail of the network, keeps the last ones, and shows them on a page.

Nothing is sent on. `python -m services.cli.mailbox` listens where PLN_SMTP_URL says and answers at PLN_MAILBOX_URL.
"""
