"""The formats of tables: who reads and who writes each."""
