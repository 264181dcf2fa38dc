"""counts by assignment, and kept sums of what lies below a unit"""

import sqlalchemy as sa
from alembic import op

revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None

FIGURES = ("assigned", "started", "passed", "exempt")
TODAY = {
    "sqlite": (
        "date('now', CASE u.timezone WHEN 'Asia/Jayapura' THEN '+9 hours'"
        " WHEN 'Asia/Makassar' THEN '+8 hours' ELSE '+7 hours' END)"
    ),
    "postgresql": "(now() AT TIME ZONE u.timezone)::date",
}
NOW = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f000', 'now')",
    "postgresql": "date_trunc('milliseconds', now())",
}
ABOVE = {
    "sqlite": "json_each('[' || replace(substr(u.path, 2, length(u.path) - 2), '/', ',') || ']') AS a",
    "postgresql": "unnest(string_to_array(substr(u.path, 2, length(u.path) - 2), '/')::int[]) AS a(value)",
}
# Who stands under which assignment now. Whatever the kept count has beyond that stays without one, where reconcile names it.
SPLIT = (
    "CREATE TEMPORARY TABLE counted AS SELECT org_unit_id, course_key, assignment_id, count(*) AS assigned,"
    " sum(CASE WHEN status = 'PASSED' OR (status <> 'NOT_STARTED' AND exempt_until IS NULL) THEN 1 ELSE 0 END) AS started,"
    " sum(CASE WHEN status = 'PASSED' THEN 1 ELSE 0 END) AS passed,"
    " sum(CASE WHEN exempt_until IS NOT NULL AND status <> 'PASSED' THEN 1 ELSE 0 END) AS exempt"
    " FROM enrolment WHERE ended_at IS NULL AND org_unit_id IS NOT NULL AND assignment_id IS NOT NULL"
    " GROUP BY org_unit_id, course_key, assignment_id"
)


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    op.add_column(
        'unit_count_change',
        sa.Column('assignment_id', sa.Integer(), server_default=sa.text('0'), nullable=False),
    )
    _key_with_assignment(dialect)
    op.execute(SPLIT)
    sums = ", ".join(f"coalesce(sum({name}), 0)" for name in FIGURES)
    less = ", ".join(
        f"{name} = {name} - (SELECT coalesce(sum(c.{name}), 0) FROM counted c"
        " WHERE c.org_unit_id = unit_count.org_unit_id AND c.course_key = unit_count.course_key)"
        for name in FIGURES
    )
    names = ", ".join(FIGURES)
    op.execute(
        "INSERT INTO unit_count (org_unit_id, course_key, assigned, started, passed, exempt) SELECT DISTINCT c.org_unit_id,"
        " c.course_key, 0, 0, 0, 0 FROM counted c WHERE NOT EXISTS (SELECT 1 FROM unit_count k"
        " WHERE k.org_unit_id = c.org_unit_id AND k.course_key = c.course_key)"
    )
    op.execute(f"UPDATE unit_count SET {less}")
    op.execute(
        f"INSERT INTO unit_count (org_unit_id, course_key, assignment_id, {names})"
        f" SELECT org_unit_id, course_key, assignment_id, {names} FROM counted"
    )
    # The book is frozen: it goes over to the new key by entries of the day of the migration.
    last = (
        "(SELECT max(day) FROM unit_count_change x WHERE x.org_unit_id = c.org_unit_id AND x.course_key = c.course_key)"
    )
    day = f"CASE WHEN {last} > {TODAY[dialect]} THEN {last} ELSE {TODAY[dialect]} END"
    on = ", ".join(f"c.{name}" for name in FIGURES)
    op.execute(
        f"INSERT INTO unit_count_change (org_unit_id, course_key, assignment_id, day, recorded_at, {names})"
        f" SELECT org_unit_id, course_key, assignment_id, day, recorded_at, {names} FROM ("
        f"SELECT c.org_unit_id, c.course_key, 0 AS assignment_id, {day} AS day, {NOW[dialect]} AS recorded_at,"
        f" {', '.join(f'-c.{name} AS {name}' for name in FIGURES)}"
        " FROM counted c JOIN org_unit u ON u.id = c.org_unit_id"
        f" UNION ALL SELECT c.org_unit_id, c.course_key, c.assignment_id, {day}, {NOW[dialect]}, {on}"
        " FROM counted c JOIN org_unit u ON u.id = c.org_unit_id) entries ORDER BY org_unit_id, course_key, assignment_id"
    )
    op.execute("DROP TABLE counted")
    _sum_tables()
    op.execute(
        f"INSERT INTO unit_below_day (org_unit_id, course_key, assignment_id, day, {names})"
        f" SELECT a.value, b.course_key, b.assignment_id, b.day, {', '.join(f'sum(b.{name})' for name in FIGURES)}"
        f" FROM unit_count_change b JOIN org_unit u ON u.id = b.org_unit_id CROSS JOIN {ABOVE[dialect]}"
        " WHERE a.value <> u.id GROUP BY a.value, b.course_key, b.assignment_id, b.day"
    )
    op.execute(
        f"INSERT INTO unit_below (org_unit_id, course_key, assignment_id, {names})"
        f" SELECT org_unit_id, course_key, assignment_id, {sums} FROM unit_below_day"
        " GROUP BY org_unit_id, course_key, assignment_id"
    )


def _key_with_assignment(dialect: str) -> None:
    if dialect == "postgresql":
        op.add_column(
            'unit_count', sa.Column('assignment_id', sa.Integer(), server_default=sa.text('0'), nullable=False)
        )
        op.drop_constraint('pk_unit_count', 'unit_count', type_='primary')
        op.create_primary_key('pk_unit_count', 'unit_count', ['org_unit_id', 'course_key', 'assignment_id'])
        return
    op.create_table(
        'unit_count_new',
        sa.Column('org_unit_id', sa.Integer(), nullable=False),
        sa.Column('course_key', sa.String(length=80), nullable=False),
        sa.Column('assignment_id', sa.Integer(), server_default=sa.text('0'), nullable=False),
        sa.Column('assigned', sa.Integer(), nullable=False),
        sa.Column('started', sa.Integer(), nullable=False),
        sa.Column('passed', sa.Integer(), nullable=False),
        sa.Column('exempt', sa.Integer(), server_default=sa.text('0'), nullable=False),
        sa.ForeignKeyConstraint(['org_unit_id'], ['org_unit.id'], name=op.f('fk_unit_count_org_unit_id')),
        sa.PrimaryKeyConstraint('org_unit_id', 'course_key', 'assignment_id', name=op.f('pk_unit_count')),
    )
    _replace_unit_count("org_unit_id, course_key, assigned, started, passed, exempt")


def _replace_unit_count(columns: str) -> None:
    op.execute(f"INSERT INTO unit_count_new ({columns}) SELECT {columns} FROM unit_count")
    op.drop_table('unit_count')
    op.rename_table('unit_count_new', 'unit_count')


def _sum_tables() -> None:
    for name, dated in (('unit_below', False), ('unit_below_day', True)):
        key = ['org_unit_id', 'course_key', 'assignment_id', *(['day'] if dated else [])]
        op.create_table(
            name,
            sa.Column('org_unit_id', sa.Integer(), nullable=False),
            sa.Column('course_key', sa.String(length=80), nullable=False),
            sa.Column('assignment_id', sa.Integer(), autoincrement=False, nullable=False),
            *([sa.Column('day', sa.Date(), nullable=False)] if dated else []),
            *(sa.Column(figure, sa.Integer(), nullable=False) for figure in FIGURES),
            sa.ForeignKeyConstraint(['org_unit_id'], ['org_unit.id'], name=op.f(f'fk_{name}_org_unit_id')),
            sa.PrimaryKeyConstraint(*key, name=op.f(f'pk_{name}')),
        )
    op.create_table(
        'unit_count_pending',
        sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
        sa.Column('org_unit_id', sa.Integer(), nullable=False),
        sa.Column('course_key', sa.String(length=80), nullable=False),
        sa.Column('assignment_id', sa.Integer(), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        *(sa.Column(figure, sa.Integer(), nullable=False) for figure in FIGURES),
        sa.ForeignKeyConstraint(
            ['org_unit_id'], ['org_unit.id'], name=op.f('fk_unit_count_pending_org_unit_id')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_unit_count_pending')),
    )
    op.create_index('ix_unit_count_pending_org_unit_id', 'unit_count_pending', ['org_unit_id'])


def downgrade() -> None:
    """Counts stay, without the assignment; the entries that took the book over to the new key cancel each other."""
    for table in ('unit_count_pending', 'unit_below_day', 'unit_below'):
        op.drop_table(table)
    names = ", ".join(FIGURES)
    op.create_table(
        'unit_count_new',
        sa.Column('org_unit_id', sa.Integer(), nullable=False),
        sa.Column('course_key', sa.String(length=80), nullable=False),
        sa.Column('assigned', sa.Integer(), nullable=False),
        sa.Column('started', sa.Integer(), nullable=False),
        sa.Column('passed', sa.Integer(), nullable=False),
        sa.Column('exempt', sa.Integer(), server_default=sa.text('0'), nullable=False),
    )
    op.execute(
        f"INSERT INTO unit_count_new (org_unit_id, course_key, {names}) SELECT org_unit_id, course_key,"
        f" {', '.join(f'sum({name})' for name in FIGURES)} FROM unit_count GROUP BY org_unit_id, course_key"
    )
    op.drop_table('unit_count')
    op.create_table(
        'unit_count',
        sa.Column('org_unit_id', sa.Integer(), nullable=False),
        sa.Column('course_key', sa.String(length=80), nullable=False),
        sa.Column('assigned', sa.Integer(), nullable=False),
        sa.Column('started', sa.Integer(), nullable=False),
        sa.Column('passed', sa.Integer(), nullable=False),
        sa.Column('exempt', sa.Integer(), server_default=sa.text('0'), nullable=False),
        sa.ForeignKeyConstraint(['org_unit_id'], ['org_unit.id'], name=op.f('fk_unit_count_org_unit_id')),
        sa.PrimaryKeyConstraint('org_unit_id', 'course_key', name=op.f('pk_unit_count')),
    )
    op.execute(
        f"INSERT INTO unit_count (org_unit_id, course_key, {names})"
        f" SELECT org_unit_id, course_key, {names} FROM unit_count_new"
    )
    op.drop_table('unit_count_new')
    op.drop_column('unit_count_change', 'assignment_id')
