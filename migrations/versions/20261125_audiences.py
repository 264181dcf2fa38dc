"""an assignment reaches an audience: several units, criteria, named lists; window, grace, a refresher for who passed before"""

import sqlalchemy as sa
from alembic import op

revision = '0035'
down_revision = '0034'
branch_labels = None
depends_on = None

STAGES = ('COURT_RULING', 'REVOTE_DEADLINE', 'MUTATION_FREEZE', 'PROGRAMME_FREEZE', 'INDEPENDENT_SUPPORT', 'REGISTRATION', 'CANDIDATE_DETERMINATION', 'PAIR_DETERMINATION', 'CAMPAIGN', 'QUIET_PERIOD', 'VOTING_DAY', 'RECAPITULATION', 'INAUGURATION', 'POST_MUTATION_FREEZE')
ONE_DATE = (
    "(due_on IS NULL AND event_id IS NOT NULL AND stage IS NOT NULL)"
    " OR (due_on IS NOT NULL AND event_id IS NULL AND stage IS NULL AND NOT covered_only AND days_before = 0)"
)
CHECKS = {
    'ck_assignment_window_days': "window_days IS NULL OR window_days BETWEEN 1 AND 366",
    'ck_assignment_grace_days': "grace_days IN (0, 3, 7, 14, 30)",
    'ck_assignment_refresher_whole': (
        "(refresher_key IS NULL) = (refresher_title IS NULL) AND (refresher_key IS NULL) = (valid_months IS NULL)"
        " AND (refresher_key IS NULL) = (counts_from IS NULL) AND (refresher_key IS NULL OR refresher_key <> course_key)"
    ),
    'ck_assignment_valid_months': "valid_months IS NULL OR valid_months BETWEEN 1 AND 120",
}
GUARDS = {
    "sqlite": [
        "CREATE TRIGGER guard_assignment_unit_update BEFORE UPDATE ON assignment_unit BEGIN SELECT RAISE(ABORT, 'frozen: assignment_unit'); END",
        "CREATE TRIGGER guard_assignment_unit_delete BEFORE DELETE ON assignment_unit BEGIN SELECT RAISE(ABORT, 'frozen: assignment_unit'); END",
        "CREATE TRIGGER guard_number_list_update BEFORE UPDATE ON number_list BEGIN SELECT RAISE(ABORT, 'frozen: number_list'); END",
        "CREATE TRIGGER guard_number_list_delete BEFORE DELETE ON number_list BEGIN SELECT RAISE(ABORT, 'frozen: number_list'); END",
        "CREATE TRIGGER guard_number_list_entry_update BEFORE UPDATE ON number_list_entry BEGIN SELECT RAISE(ABORT, 'frozen: number_list_entry'); END",
        "CREATE TRIGGER guard_number_list_entry_delete BEFORE DELETE ON number_list_entry BEGIN SELECT RAISE(ABORT, 'frozen: number_list_entry'); END",
    ],
    "postgresql": [
        'CREATE TRIGGER guard_assignment_unit_change BEFORE UPDATE OR DELETE ON assignment_unit FOR EACH ROW EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_assignment_unit_truncate BEFORE TRUNCATE ON assignment_unit FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_number_list_change BEFORE UPDATE OR DELETE ON number_list FOR EACH ROW EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_number_list_truncate BEFORE TRUNCATE ON number_list FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_number_list_entry_change BEFORE UPDATE OR DELETE ON number_list_entry FOR EACH ROW EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_number_list_entry_truncate BEFORE TRUNCATE ON number_list_entry FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()',
    ],
}


def _new():
    return (
        sa.Column('criteria', sa.Text(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column('window_days', sa.Integer(), nullable=True),
        sa.Column('grace_days', sa.Integer(), server_default=sa.text('0'), nullable=False),
        sa.Column('valid_months', sa.Integer(), nullable=True),
        sa.Column('counts_from', sa.Date(), nullable=True),
        sa.Column('refresher_key', sa.String(length=80), nullable=True),
        sa.Column('refresher_title', sa.String(length=200), nullable=True),
    )


def _shape(audience):
    """The table as it stands; SQLite builds it anew from this. `audience`: as this migration leaves it."""
    return sa.Table('assignment', sa.MetaData(),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('course_key', sa.String(length=80), nullable=False),
        sa.Column('course_title', sa.String(length=200), nullable=False),
        *(() if audience else (sa.Column('org_unit_id', sa.Integer(), nullable=False),)),
        sa.Column('event_id', sa.Integer(), nullable=True),
        sa.Column('stage', sa.String(length=40), nullable=True),
        sa.Column('due_on', sa.Date(), nullable=True),
        sa.Column('days_before', sa.Integer(), nullable=False),
        sa.Column('covered_only', sa.Boolean(), server_default=sa.text('false'), nullable=False),
        sa.Column('legal_basis', sa.Text(), nullable=False),
        sa.Column('created_by', sa.Integer(), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        *(_new() if audience else ()),
        sa.CheckConstraint('days_before >= 0', name='ck_assignment_days_before'),
        sa.CheckConstraint(ONE_DATE, name='ck_assignment_one_date'),
        *(sa.CheckConstraint(sql, name=name) for name, sql in (CHECKS.items() if audience else ())),
        sa.CheckConstraint(f"stage IN ({', '.join(repr(stage) for stage in STAGES)})", name='ck_assignment_stagekind'),
        sa.ForeignKeyConstraint(['event_id'], ['election_event.id'], name='fk_assignment_event_id'),
        *(() if audience else (
            sa.ForeignKeyConstraint(['org_unit_id'], ['org_unit.id'], name='fk_assignment_org_unit_id'),
            sa.Index('ix_assignment_org_unit_id', 'org_unit_id'),
        )),
        sa.PrimaryKeyConstraint('id', name='pk_assignment'),
    )


def upgrade() -> None:
    op.create_table(
        'assignment_unit',
        sa.Column('assignment_id', sa.Integer(), nullable=False),
        sa.Column('org_unit_id', sa.Integer(), nullable=False),
        sa.Column('included', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(['assignment_id'], ['assignment.id'], name=op.f('fk_assignment_unit_assignment_id')),
        sa.ForeignKeyConstraint(['org_unit_id'], ['org_unit.id'], name=op.f('fk_assignment_unit_org_unit_id')),
        sa.PrimaryKeyConstraint('assignment_id', 'org_unit_id', name=op.f('pk_assignment_unit')),
    )
    op.create_index('ix_assignment_unit_org_unit_id', 'assignment_unit', ['org_unit_id'])
    op.create_table(
        'number_list',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(length=120), nullable=False),
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.Column('entries', sa.Integer(), nullable=False),
        sa.Column('created_by', sa.Integer(), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['created_by'], ['person.id'], name=op.f('fk_number_list_created_by')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_number_list')),
        sa.UniqueConstraint('digest', 'name', name='uq_number_list_digest_name'),
    )
    op.create_table(
        'number_list_entry',
        sa.Column('list_id', sa.Integer(), nullable=False),
        sa.Column('employee_number', sa.String(length=18), nullable=False),
        sa.CheckConstraint('length(employee_number) = 18', name=op.f('ck_number_list_entry_employee_number_length')),
        sa.ForeignKeyConstraint(['list_id'], ['number_list.id'], name=op.f('fk_number_list_entry_list_id')),
        sa.PrimaryKeyConstraint('list_id', 'employee_number', name=op.f('pk_number_list_entry')),
    )
    op.create_index('ix_number_list_entry_employee_number', 'number_list_entry', ['employee_number'])
    # One subtree is an audience of one subtree.
    op.execute(
        "INSERT INTO assignment_unit (assignment_id, org_unit_id, included) SELECT id, org_unit_id, true FROM assignment"
    )
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)
    with op.batch_alter_table('assignment', copy_from=_shape(False)) as batch_op:
        for column in _new():
            batch_op.add_column(column)
        batch_op.drop_index('ix_assignment_org_unit_id')
        batch_op.drop_constraint(op.f('fk_assignment_org_unit_id'), type_='foreignkey')
        batch_op.drop_column('org_unit_id')
        for name, sql in CHECKS.items():
            batch_op.create_check_constraint(op.f(name), sa.text(sql))


def downgrade() -> None:
    """Refused by the database when an assignment reaches anything but one unit, which the older form has no place for:
    then the unit it wants is missing. Criteria, window, grace and refreshers are lost.
    """
    older = (
        "SELECT CASE WHEN count(*) = 1 THEN max(u.org_unit_id) END FROM assignment_unit u"
        " WHERE u.assignment_id = assignment.id AND u.included"
    )
    with op.batch_alter_table('assignment', copy_from=_shape(True)) as batch_op:
        batch_op.add_column(sa.Column('org_unit_id', sa.Integer(), nullable=True))
        for name in CHECKS:
            batch_op.drop_constraint(op.f(name), type_='check')
        for column in _new():
            batch_op.drop_column(column.name)
    op.execute(f"UPDATE assignment SET org_unit_id = ({older})")
    with op.batch_alter_table('assignment', copy_from=_without_unit()) as batch_op:
        batch_op.alter_column('org_unit_id', existing_type=sa.Integer(), nullable=False)
        batch_op.create_foreign_key(op.f('fk_assignment_org_unit_id'), 'org_unit', ['org_unit_id'], ['id'])
    op.create_index('ix_assignment_org_unit_id', 'assignment', ['org_unit_id'])
    for table in ('number_list_entry', 'number_list', 'assignment_unit'):
        op.drop_table(table)


def _without_unit():
    """The older form while its unit is being filled in."""
    shape = _shape(False).to_metadata(sa.MetaData())
    shape.c.org_unit_id.nullable = True
    shape.indexes.clear()
    for constraint in list(shape.foreign_key_constraints):
        if constraint.name == 'fk_assignment_org_unit_id':
            shape.constraints.discard(constraint)
    for key in list(shape.c.org_unit_id.foreign_keys):
        shape.c.org_unit_id.foreign_keys.discard(key)
    return shape
