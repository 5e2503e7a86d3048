"""User profiles: one for each e-mail address, deleted softly."""
