"""DCMTK's storescu, option for option, on top of ``send`` and ``net``: what it says, in its words and its order.

Belongs here: the options, what they mean, what is said. Does not belong here: asking at the terminal and the rules for
writing over files, which the command line passes in; sending itself.
"""
