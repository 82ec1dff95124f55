"""First schema: houses, visits, photos, meetings, access, jobs, audit.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

from inspection.database import spatialite

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Instant = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
Json = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def prepare(connection: sa.Connection) -> None:
    """Make the database a spatial one."""
    if connection.dialect.name == "sqlite":
        spatialite.initialise(connection)
    else:
        connection.execute(sa.text("CREATE EXTENSION IF NOT EXISTS postgis"))


def upgrade() -> None:
    prepare(op.get_bind())
    op.create_table(
        "audit_entries",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("act", sa.String(length=60), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=True),
        sa.Column("address", sa.String(length=64), nullable=True),
        sa.Column("subject", sa.String(length=100), nullable=False),
        sa.Column("before_sha256", sa.String(length=64), nullable=True),
        sa.Column("after_sha256", sa.String(length=64), nullable=True),
        sa.Column("detail", Json, nullable=False),
        sa.Column("previous_sha256", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("sha256"),
    )
    op.create_index(op.f("ix_audit_entries_act"), "audit_entries", ["act"], unique=False)
    op.create_index(op.f("ix_audit_entries_at"), "audit_entries", ["at"], unique=False)
    op.create_index(op.f("ix_audit_entries_subject"), "audit_entries", ["subject"], unique=False)
    op.create_table(
        "devices",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("enrolled_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("last_seen_at", Instant, nullable=True),
        sa.Column("revoked_at", Instant, nullable=True),
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("pk"),
        sa.UniqueConstraint("id"),
    )
    op.create_table(
        "enrolment_codes",
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("code_sha256", sa.String(length=64), nullable=False),
        sa.Column("issued_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.Column("used_at", Instant, nullable=True),
        sa.PrimaryKeyConstraint("pk"),
        sa.UniqueConstraint("code_sha256"),
    )
    op.create_geospatial_table(
        "houses",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=True),
        sa.Column("town", sa.String(length=100), nullable=True),
        sa.Column("lot_number", sa.String(length=100), nullable=True),
        sa.Column("residence_number", sa.String(length=100), nullable=True),
        sa.Column("ward_code", sa.String(length=6), nullable=True),
        sa.Column(
            "location",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("structure", sa.String(length=30), nullable=False),
        sa.Column("storeys", sa.Integer(), nullable=True),
        sa.Column("floor_area_m2", sa.Double(), nullable=True),
        sa.Column("built_year", sa.Integer(), nullable=True),
        sa.Column("use", sa.String(length=100), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("extra", Json, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("body_sha256", sa.String(length=64), nullable=False),
        sa.Column("result_inspection_pk", sa.Integer(), nullable=True),
        sa.Column("total", sa.Double(), nullable=True),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.Column("judgement", sa.String(length=60), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=True),
        sa.Column("inspected_at", Instant, nullable=True),
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.CheckConstraint(
            "structure in ('wooden', 'light_steel', 'steel', 'reinforced_concrete', 'concrete_block', 'other')",
            name="structure",
        ),
        sa.CheckConstraint("floor_area_m2 is null or floor_area_m2 >= 0", name="floor_area"),
        sa.PrimaryKeyConstraint("pk"),
        sa.UniqueConstraint("code"),
        sa.UniqueConstraint("id"),
    )
    op.create_geospatial_index(
        "idx_houses_location",
        "houses",
        ["location"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index(op.f("ix_houses_inspected_at"), "houses", ["inspected_at"], unique=False)
    op.create_index(op.f("ix_houses_judgement"), "houses", ["judgement"], unique=False)
    op.create_index(op.f("ix_houses_total"), "houses", ["total"], unique=False)
    op.create_index(op.f("ix_houses_updated_at"), "houses", ["updated_at"], unique=False)
    op.create_index(op.f("ix_houses_ward_code"), "houses", ["ward_code"], unique=False)
    op.create_table(
        "jobs",
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=True),
        sa.Column("payload", Json, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("run_after", Instant, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=100), nullable=True),
        sa.Column("lease_until", Instant, nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("finished_at", Instant, nullable=True),
        sa.CheckConstraint("state in ('queued', 'running', 'done', 'dead')", name="state"),
        sa.PrimaryKeyConstraint("pk"),
    )
    op.create_index("ix_jobs_claim", "jobs", ["state", "priority", "run_after"], unique=False)
    op.create_index(op.f("ix_jobs_key"), "jobs", ["key"], unique=False)
    op.create_table(
        "meetings",
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("held_at", Instant, nullable=False),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("agenda", Json, nullable=False),
        sa.Column("members", Json, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("pk"),
        sa.UniqueConstraint("id"),
    )
    op.create_index(op.f("ix_meetings_held_at"), "meetings", ["held_at"], unique=False)
    op.create_index(op.f("ix_meetings_updated_at"), "meetings", ["updated_at"], unique=False)
    op.create_table(
        "pack_snapshots",
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("pk"),
        sa.UniqueConstraint("sha256"),
    )
    op.create_table(
        "rule_tables",
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("table_id", sa.String(length=120), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("document", Json, nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("pk"),
        sa.UniqueConstraint("sha256"),
        sa.UniqueConstraint("table_id", "version"),
    )
    op.create_table(
        "users",
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("last_sign_in_at", Instant, nullable=True),
        sa.Column("disabled_at", Instant, nullable=True),
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "role in ('inspector', 'secretariat', 'committee', 'gis', 'admin')", name="role"
        ),
        sa.PrimaryKeyConstraint("pk"),
        sa.UniqueConstraint("email"),
        sa.UniqueConstraint("id"),
    )
    op.create_table(
        "house_owners",
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("house_pk", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("address", sa.String(length=300), nullable=True),
        sa.Column("phone", sa.String(length=50), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["house_pk"],
            ["houses.pk"],
        ),
        sa.PrimaryKeyConstraint("pk"),
        sa.UniqueConstraint("house_pk"),
    )
    op.create_index(
        op.f("ix_house_owners_updated_at"), "house_owners", ["updated_at"], unique=False
    )
    op.create_geospatial_table(
        "inspections",
        sa.Column("house_pk", sa.Integer(), nullable=False),
        sa.Column("rule_table_pk", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("inspected_at", Instant, nullable=False),
        sa.Column(
            "position",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("record", Json, nullable=False),
        sa.Column("body_sha256", sa.String(length=64), nullable=False),
        sa.Column("score", Json, nullable=False),
        sa.Column("total", sa.Double(), nullable=False),
        sa.Column("low", sa.Double(), nullable=False),
        sa.Column("high", sa.Double(), nullable=False),
        sa.Column("judgement", sa.String(length=60), nullable=False),
        sa.Column("received_at", Instant, nullable=False),
        sa.Column("confirmed_at", Instant, nullable=True),
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.CheckConstraint("method in ('full', 'exterior')", name="method"),
        sa.CheckConstraint(
            "status in ('draft', 'submitted', 'returned', 'confirmed', 'scheduled', 'decided')",
            name="status",
        ),
        sa.ForeignKeyConstraint(
            ["house_pk"],
            ["houses.pk"],
        ),
        sa.ForeignKeyConstraint(
            ["rule_table_pk"],
            ["rule_tables.pk"],
        ),
        sa.PrimaryKeyConstraint("pk"),
        sa.UniqueConstraint("id"),
    )
    op.create_geospatial_index(
        "idx_inspections_position",
        "inspections",
        ["position"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index(op.f("ix_inspections_house_pk"), "inspections", ["house_pk"], unique=False)
    op.create_index(
        op.f("ix_inspections_inspected_at"), "inspections", ["inspected_at"], unique=False
    )
    op.create_index(op.f("ix_inspections_judgement"), "inspections", ["judgement"], unique=False)
    op.create_index(
        op.f("ix_inspections_rule_table_pk"), "inspections", ["rule_table_pk"], unique=False
    )
    op.create_index(op.f("ix_inspections_status"), "inspections", ["status"], unique=False)
    op.create_index(op.f("ix_inspections_updated_at"), "inspections", ["updated_at"], unique=False)
    op.create_table(
        "packs",
        sa.Column("meeting_pk", sa.Integer(), nullable=False),
        sa.Column("edition", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("cases_total", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("bytes", sa.BigInteger(), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("storage_key", sa.String(length=200), nullable=True),
        sa.Column("snapshot_sha256", sa.String(length=64), nullable=True),
        sa.Column("missing_glyphs", Json, nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("requested_by", sa.String(length=200), nullable=False),
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.CheckConstraint("edition in ('closed', 'public')", name="edition"),
        sa.CheckConstraint("status in ('queued', 'running', 'ready', 'failed')", name="status"),
        sa.ForeignKeyConstraint(
            ["meeting_pk"],
            ["meetings.pk"],
        ),
        sa.PrimaryKeyConstraint("pk"),
        sa.UniqueConstraint("id"),
    )
    op.create_index(op.f("ix_packs_meeting_pk"), "packs", ["meeting_pk"], unique=False)
    op.create_index(op.f("ix_packs_updated_at"), "packs", ["updated_at"], unique=False)
    op.create_table(
        "tokens",
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("device_pk", sa.Integer(), nullable=True),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("last_used_at", Instant, nullable=True),
        sa.Column("expires_at", Instant, nullable=False),
        sa.Column("revoked_at", Instant, nullable=True),
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "role in ('inspector', 'secretariat', 'committee', 'gis', 'admin')", name="role"
        ),
        sa.ForeignKeyConstraint(
            ["device_pk"],
            ["devices.pk"],
        ),
        sa.PrimaryKeyConstraint("pk"),
        sa.UniqueConstraint("id"),
        sa.UniqueConstraint("token_sha256"),
    )
    op.create_index(op.f("ix_tokens_device_pk"), "tokens", ["device_pk"], unique=False)
    op.create_table(
        "cases",
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("meeting_pk", sa.Integer(), nullable=False),
        sa.Column("inspection_pk", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["inspection_pk"],
            ["inspections.pk"],
        ),
        sa.ForeignKeyConstraint(
            ["meeting_pk"],
            ["meetings.pk"],
        ),
        sa.PrimaryKeyConstraint("pk"),
        sa.UniqueConstraint("meeting_pk", "inspection_pk"),
    )
    op.create_index(op.f("ix_cases_inspection_pk"), "cases", ["inspection_pk"], unique=False)
    op.create_index(op.f("ix_cases_meeting_pk"), "cases", ["meeting_pk"], unique=False)
    op.create_table(
        "inspection_revisions",
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("inspection_pk", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("record", Json, nullable=False),
        sa.Column("score", Json, nullable=False),
        sa.Column("body_sha256", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=True),
        sa.Column("received_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_pk"],
            ["inspections.pk"],
        ),
        sa.PrimaryKeyConstraint("pk"),
        sa.UniqueConstraint("inspection_pk", "number"),
    )
    op.create_index(
        op.f("ix_inspection_revisions_inspection_pk"),
        "inspection_revisions",
        ["inspection_pk"],
        unique=False,
    )
    op.create_geospatial_table(
        "photos",
        sa.Column("inspection_pk", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("caption", sa.String(length=300), nullable=True),
        sa.Column("filename", sa.String(length=300), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("uploaded_by", sa.String(length=200), nullable=False),
        sa.Column("received_at", Instant, nullable=False),
        sa.Column("taken_at", Instant, nullable=True),
        sa.Column("taken_at_assumed_zone", sa.Boolean(), nullable=False),
        sa.Column(
            "position",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("altitude_m", sa.Double(), nullable=True),
        sa.Column("direction_deg", sa.Double(), nullable=True),
        sa.Column("distance_m", sa.Double(), nullable=True),
        sa.Column("checks", Json, nullable=False),
        sa.Column("report_key", sa.String(length=200), nullable=True),
        sa.Column("thumbnail_key", sa.String(length=200), nullable=True),
        sa.Column("report_sha256", sa.String(length=64), nullable=True),
        sa.Column("report_width", sa.Integer(), nullable=True),
        sa.Column("report_height", sa.Integer(), nullable=True),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.Column("boxes", Json, nullable=False),
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.CheckConstraint("status in ('received', 'ready', 'rejected')", name="status"),
        sa.ForeignKeyConstraint(
            ["inspection_pk"],
            ["inspections.pk"],
        ),
        sa.PrimaryKeyConstraint("pk"),
        sa.UniqueConstraint("id"),
    )
    op.create_geospatial_index(
        "idx_photos_position",
        "photos",
        ["position"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index(op.f("ix_photos_inspection_pk"), "photos", ["inspection_pk"], unique=False)
    op.create_index(op.f("ix_photos_sha256"), "photos", ["sha256"], unique=False)
    op.create_index(op.f("ix_photos_status"), "photos", ["status"], unique=False)
    op.create_index(op.f("ix_photos_taken_at"), "photos", ["taken_at"], unique=False)
    op.create_index(op.f("ix_photos_updated_at"), "photos", ["updated_at"], unique=False)
    op.create_table(
        "reviews",
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("inspection_pk", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=10), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("reviewed_at", Instant, nullable=False),
        sa.CheckConstraint("action in ('confirm', 'return')", name="action"),
        sa.ForeignKeyConstraint(
            ["inspection_pk"],
            ["inspections.pk"],
        ),
        sa.PrimaryKeyConstraint("pk"),
    )
    op.create_index(op.f("ix_reviews_inspection_pk"), "reviews", ["inspection_pk"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("case_pk", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.CheckConstraint("decision in ('approved', 'not_approved', 'deferred')", name="decision"),
        sa.ForeignKeyConstraint(
            ["case_pk"],
            ["cases.pk"],
        ),
        sa.PrimaryKeyConstraint("pk"),
        sa.UniqueConstraint("case_pk"),
    )
    op.create_index(op.f("ix_decisions_updated_at"), "decisions", ["updated_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_decisions_updated_at"), table_name="decisions")
    op.drop_table("decisions")
    op.drop_index(op.f("ix_reviews_inspection_pk"), table_name="reviews")
    op.drop_table("reviews")
    op.drop_index(op.f("ix_photos_updated_at"), table_name="photos")
    op.drop_index(op.f("ix_photos_taken_at"), table_name="photos")
    op.drop_index(op.f("ix_photos_status"), table_name="photos")
    op.drop_index(op.f("ix_photos_sha256"), table_name="photos")
    op.drop_index(op.f("ix_photos_inspection_pk"), table_name="photos")
    op.drop_geospatial_index(
        "idx_photos_position", table_name="photos", postgresql_using="gist", column_name="position"
    )
    op.drop_geospatial_table("photos")
    op.drop_index(op.f("ix_inspection_revisions_inspection_pk"), table_name="inspection_revisions")
    op.drop_table("inspection_revisions")
    op.drop_index(op.f("ix_cases_meeting_pk"), table_name="cases")
    op.drop_index(op.f("ix_cases_inspection_pk"), table_name="cases")
    op.drop_table("cases")
    op.drop_index(op.f("ix_tokens_device_pk"), table_name="tokens")
    op.drop_table("tokens")
    op.drop_index(op.f("ix_packs_updated_at"), table_name="packs")
    op.drop_index(op.f("ix_packs_meeting_pk"), table_name="packs")
    op.drop_table("packs")
    op.drop_index(op.f("ix_inspections_updated_at"), table_name="inspections")
    op.drop_index(op.f("ix_inspections_status"), table_name="inspections")
    op.drop_index(op.f("ix_inspections_rule_table_pk"), table_name="inspections")
    op.drop_index(op.f("ix_inspections_judgement"), table_name="inspections")
    op.drop_index(op.f("ix_inspections_inspected_at"), table_name="inspections")
    op.drop_index(op.f("ix_inspections_house_pk"), table_name="inspections")
    op.drop_geospatial_index(
        "idx_inspections_position",
        table_name="inspections",
        postgresql_using="gist",
        column_name="position",
    )
    op.drop_geospatial_table("inspections")
    op.drop_index(op.f("ix_house_owners_updated_at"), table_name="house_owners")
    op.drop_table("house_owners")
    op.drop_table("users")
    op.drop_table("rule_tables")
    op.drop_table("pack_snapshots")
    op.drop_index(op.f("ix_meetings_updated_at"), table_name="meetings")
    op.drop_index(op.f("ix_meetings_held_at"), table_name="meetings")
    op.drop_table("meetings")
    op.drop_index(op.f("ix_jobs_key"), table_name="jobs")
    op.drop_index("ix_jobs_claim", table_name="jobs")
    op.drop_table("jobs")
    op.drop_index(op.f("ix_houses_ward_code"), table_name="houses")
    op.drop_index(op.f("ix_houses_updated_at"), table_name="houses")
    op.drop_index(op.f("ix_houses_total"), table_name="houses")
    op.drop_index(op.f("ix_houses_judgement"), table_name="houses")
    op.drop_index(op.f("ix_houses_inspected_at"), table_name="houses")
    op.drop_geospatial_index(
        "idx_houses_location", table_name="houses", postgresql_using="gist", column_name="location"
    )
    op.drop_geospatial_table("houses")
    op.drop_table("enrolment_codes")
    op.drop_table("devices")
    op.drop_index(op.f("ix_audit_entries_subject"), table_name="audit_entries")
    op.drop_index(op.f("ix_audit_entries_at"), table_name="audit_entries")
    op.drop_index(op.f("ix_audit_entries_act"), table_name="audit_entries")
    op.drop_table("audit_entries")
