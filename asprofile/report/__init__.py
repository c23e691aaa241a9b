"""Reports to look at and to hand on: a matrix of SOP classes and transfer syntaxes as one HTML file.

Pure: values in, text out. ``matrix`` says what a report shows; its sources (a profile, a probe of a peer)
put it into a ``Matrix``. Nothing here knows where it came from.
"""
