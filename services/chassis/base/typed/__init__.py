"""What people type, read in one way by every form and API model of every room. Pure.

`text` has the kinds of text, `numbers` and `days` what is counted and when it is, `words` what is said of a wrong
answer.
"""
