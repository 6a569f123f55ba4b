"""What strangers may hand in: projects, models, tables, texts. Named after the threats S1 to S18."""
