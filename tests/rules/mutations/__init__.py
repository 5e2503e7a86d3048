"""One broken property a rule: which rule must notice, and what was done to a good template."""
