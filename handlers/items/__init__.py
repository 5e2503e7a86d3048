"""Items: a CRUD API over a table, and an audit trail fed by the table's stream."""
