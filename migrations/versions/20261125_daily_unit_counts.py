"""every change of a unit's counts is kept with its day"""

import sqlalchemy as sa
from alembic import op

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None

GUARDS = {
    "sqlite": [
        "CREATE TRIGGER guard_unit_count_change_update BEFORE UPDATE ON unit_count_change BEGIN SELECT RAISE(ABORT, 'frozen: unit_count_change'); END",
        "CREATE TRIGGER guard_unit_count_change_delete BEFORE DELETE ON unit_count_change BEGIN SELECT RAISE(ABORT, 'frozen: unit_count_change'); END",
    ],
    "postgresql": [
        "CREATE TRIGGER guard_unit_count_change_change BEFORE UPDATE OR DELETE ON unit_count_change FOR EACH ROW EXECUTE FUNCTION netra_refuse()",
        "CREATE TRIGGER guard_unit_count_change_truncate BEFORE TRUNCATE ON unit_count_change FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()",
    ],
}
# The book opens with what is counted on the day of the migration; what was counted before was not kept by day.
OPENING = {
    "sqlite": (
        "INSERT INTO unit_count_change (org_unit_id, course_key, day, recorded_at, assigned, started, passed)"
        " SELECT c.org_unit_id, c.course_key, date('now', CASE u.timezone WHEN 'Asia/Jayapura' THEN '+9 hours'"
        " WHEN 'Asia/Makassar' THEN '+8 hours' ELSE '+7 hours' END), strftime('%Y-%m-%d %H:%M:%f000', 'now'),"
        " c.assigned, c.started, c.passed FROM unit_count c JOIN org_unit u ON u.id = c.org_unit_id"
        " ORDER BY c.org_unit_id, c.course_key"
    ),
    "postgresql": (
        "INSERT INTO unit_count_change (org_unit_id, course_key, day, recorded_at, assigned, started, passed)"
        " SELECT c.org_unit_id, c.course_key, (now() AT TIME ZONE u.timezone)::date, date_trunc('milliseconds', now()),"
        " c.assigned, c.started, c.passed FROM unit_count c JOIN org_unit u ON u.id = c.org_unit_id"
        " ORDER BY c.org_unit_id, c.course_key"
    ),
}


def upgrade() -> None:
    op.create_table(
        "unit_count_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("org_unit_id", sa.Integer(), nullable=False),
        sa.Column("course_key", sa.String(length=80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assigned", sa.Integer(), nullable=False),
        sa.Column("started", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_unit_id"], ["org_unit.id"], name=op.f("fk_unit_count_change_org_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_count_change")),
    )
    op.create_index("ix_unit_count_change_unit", "unit_count_change", ["org_unit_id", "course_key", "day"])
    dialect = op.get_bind().dialect.name
    op.execute(OPENING[dialect])
    for statement in GUARDS[dialect]:
        op.execute(statement)


def downgrade() -> None:
    """What stood on past days is lost; the counts themselves stay."""
    op.drop_table("unit_count_change")
