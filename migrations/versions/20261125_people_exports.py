"""exports of persons behind a number: the order, the file that was made, its bytes for some days"""

import sqlalchemy as sa
from alembic import op

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None

GUARDS = {
    "sqlite": [
        f"CREATE TRIGGER guard_{table}_{what} BEFORE {what.upper()} ON {table} BEGIN SELECT RAISE(ABORT, 'frozen: {table}'); END"
        for table in ("people_export", "people_export_file")
        for what in ("update", "delete")
    ],
    "postgresql": [
        f"CREATE TRIGGER guard_{table}_{name} BEFORE {events} ON {table} FOR EACH {each} EXECUTE FUNCTION netra_refuse()"
        for table in ("people_export", "people_export_file")
        for name, events, each in (("change", "UPDATE OR DELETE", "ROW"), ("truncate", "TRUNCATE", "STATEMENT"))
    ],
}


def upgrade() -> None:
    op.create_table('people_export',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=36), nullable=False),
    sa.Column('requested_by', sa.Integer(), nullable=False),
    sa.Column('org_unit_id', sa.Integer(), nullable=False),
    sa.Column('course_key', sa.String(length=80), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('own_only', sa.Boolean(), nullable=False),
    sa.Column('search', sa.String(length=120), nullable=False),
    sa.Column('form', sa.Enum('csv', 'xlsx', name='exportform', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('job_id', sa.Integer(), nullable=False),
    sa.Column('requested_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['org_unit_id'], ['org_unit.id'], name=op.f('fk_people_export_org_unit_id')),
    sa.ForeignKeyConstraint(['requested_by'], ['person.id'], name=op.f('fk_people_export_requested_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people_export')),
    sa.UniqueConstraint('public_id', name='uq_people_export_public_id'),
    info={'append_only': True}
    )
    op.create_index('ix_people_export_requested_by', 'people_export', ['requested_by'], unique=False)
    op.create_table('people_export_file',
    sa.Column('export_id', sa.Integer(), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('as_of', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('people >= 0 AND size > 0', name=op.f('ck_people_export_file_not_empty')),
    sa.ForeignKeyConstraint(['export_id'], ['people_export.id'], name=op.f('fk_people_export_file_export_id')),
    sa.PrimaryKeyConstraint('export_id', name=op.f('pk_people_export_file')),
    info={'append_only': True}
    )
    op.create_table('people_export_part',
    sa.Column('export_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['export_id'], ['people_export_file.export_id'], name=op.f('fk_people_export_part_export_id')),
    sa.PrimaryKeyConstraint('export_id', 'number', name=op.f('pk_people_export_part'))
    )
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for table in ("people_export_part", "people_export_file", "people_export"):
        op.drop_table(table)
