"""Alembic migrations of the work-order database; ``sql_migrations.migrate`` runs them."""
