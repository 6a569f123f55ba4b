"""Rating packs in the window: out to a rater, rated in a working copy, given back, merged."""
