"""The embedded database: SpatiaLite through SQLAlchemy."""
