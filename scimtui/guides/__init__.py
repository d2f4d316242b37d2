"""Content in data files, and the code that reads it: walkthroughs, and the trouble catalogue."""
