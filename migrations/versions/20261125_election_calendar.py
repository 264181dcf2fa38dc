"""the election calendar: re-votes, more stages, where each date comes from, and every change of one"""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

KINDS = ('NATIONAL', 'REGIONAL', 'BY_ELECTION', 'RE_VOTE')
STAGES = ('COURT_RULING', 'REVOTE_DEADLINE', 'MUTATION_FREEZE', 'PROGRAMME_FREEZE', 'INDEPENDENT_SUPPORT', 'REGISTRATION', 'CANDIDATE_DETERMINATION', 'PAIR_DETERMINATION', 'CAMPAIGN', 'QUIET_PERIOD', 'VOTING_DAY', 'RECAPITULATION', 'INAUGURATION', 'POST_MUTATION_FREEZE')
OLD_KINDS = KINDS[:3]
OLD_STAGES = tuple(s for s in STAGES if s not in ('COURT_RULING', 'REVOTE_DEADLINE', 'PROGRAMME_FREEZE', 'PAIR_DETERMINATION'))
GRADES = ('READ', 'REPORTED', 'UNVERIFIED')

GUARDS = {
    "sqlite": [
        "CREATE TRIGGER guard_stage_change_update BEFORE UPDATE ON stage_change BEGIN SELECT RAISE(ABORT, 'frozen: stage_change'); END",
        "CREATE TRIGGER guard_stage_change_delete BEFORE DELETE ON stage_change BEGIN SELECT RAISE(ABORT, 'frozen: stage_change'); END",
    ],
    "postgresql": [
        'CREATE TRIGGER guard_stage_change_change BEFORE UPDATE OR DELETE ON stage_change FOR EACH ROW EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_stage_change_truncate BEFORE TRUNCATE ON stage_change FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()',
    ],
}


def _enum(name, values):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _plain(length=40):
    return sa.String(length=length)


def _event():
    return sa.Table('election_event', sa.MetaData(),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('key', sa.String(length=80), nullable=False),
        sa.Column('name', sa.String(length=200), nullable=False),
        sa.Column('kind', _plain(), nullable=False),
        sa.Column('legal_basis', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_election_event'),
        sa.UniqueConstraint('key', name='uq_election_event_key'),
    )


def _stage(*more):
    return sa.Table('election_stage', sa.MetaData(),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('event_id', sa.Integer(), nullable=False),
        sa.Column('stage', _plain(), nullable=False),
        sa.Column('starts_on', sa.Date(), nullable=False),
        sa.Column('ends_on', sa.Date(), nullable=True),
        sa.Column('status', _plain(), nullable=False),
        sa.Column('source_ref', sa.String(length=200), nullable=False),
        *more,
        sa.CheckConstraint('ends_on IS NULL OR ends_on >= starts_on', name='ck_election_stage_order'),
        sa.CheckConstraint("status IN ('CONFIRMED', 'PROVISIONAL', 'ESTIMATED')", name='ck_election_stage_stagestatus'),
        sa.ForeignKeyConstraint(['event_id'], ['election_event.id'], name='fk_election_stage_event_id'),
        sa.PrimaryKeyConstraint('id', name='pk_election_stage'),
        sa.UniqueConstraint('event_id', 'stage', name='uq_election_stage_event_id_stage'),
    )


def _assignment():
    return sa.Table('assignment', sa.MetaData(),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('course_key', sa.String(length=80), nullable=False),
        sa.Column('course_title', sa.String(length=200), nullable=False),
        sa.Column('org_unit_id', sa.Integer(), nullable=False),
        sa.Column('event_id', sa.Integer(), nullable=False),
        sa.Column('stage', _plain(), nullable=False),
        sa.Column('days_before', sa.Integer(), nullable=False),
        sa.Column('legal_basis', sa.Text(), nullable=False),
        sa.Column('created_by', sa.Integer(), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint('days_before >= 0', name='ck_assignment_days_before'),
        sa.ForeignKeyConstraint(['event_id'], ['election_event.id'], name='fk_assignment_event_id'),
        sa.ForeignKeyConstraint(['org_unit_id'], ['org_unit.id'], name='fk_assignment_org_unit_id'),
        sa.PrimaryKeyConstraint('id', name='pk_assignment'),
        sa.Index('ix_assignment_org_unit_id', 'org_unit_id'),
    )


def _allow(table, column, name, values, shape):
    """Let a column hold these values. SQLite builds the table anew from its shape, which has no such check."""
    check = sa.text(f"{column} IN ({', '.join(repr(value) for value in values)})")
    full = f'ck_{table}_{name}'
    if op.get_bind().dialect.name == 'postgresql':
        op.drop_constraint(op.f(full), table, type_='check')
        op.create_check_constraint(op.f(full), table, check)
        return
    with op.batch_alter_table(table, copy_from=shape, recreate='always') as batch_op:
        batch_op.create_check_constraint(op.f(full), check)


def upgrade() -> None:
    _allow('election_event', 'kind', 'eventkind', KINDS, _event())
    _allow('election_stage', 'stage', 'stagekind', STAGES, _stage())
    _allow('assignment', 'stage', 'stagekind', STAGES, _assignment())
    # Nobody has said of the dates that stand whether the decree itself was read.
    op.add_column('election_stage', sa.Column('source_grade', _plain(), nullable=False, server_default='UNVERIFIED'))
    op.add_column('election_stage', sa.Column('note', sa.Text(), nullable=False, server_default=''))
    op.add_column('election_stage', sa.Column('rule', sa.String(length=40), nullable=True))
    grade = sa.text(f"source_grade IN ({', '.join(repr(value) for value in GRADES)})")
    if op.get_bind().dialect.name == 'postgresql':
        op.alter_column('election_stage', 'source_grade', server_default=None)
        op.alter_column('election_stage', 'note', server_default=None)
        op.create_check_constraint(op.f('ck_election_stage_sourcegrade'), 'election_stage', grade)
    else:
        full = _stage(
            sa.Column('source_grade', _plain(), nullable=False),
            sa.Column('note', sa.Text(), nullable=False),
            sa.Column('rule', sa.String(length=40), nullable=True),
            sa.CheckConstraint(f"stage IN ({', '.join(repr(value) for value in STAGES)})", name='ck_election_stage_stagekind'),
        )
        with op.batch_alter_table('election_stage', copy_from=full, recreate='always') as batch_op:
            batch_op.create_check_constraint(op.f('ck_election_stage_sourcegrade'), grade)

    op.create_table('stage_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('stage', _enum('stagekind', STAGES), nullable=False),
    sa.Column('before_on', sa.Date(), nullable=True),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('status', _enum('stagestatus', ('CONFIRMED', 'PROVISIONAL', 'ESTIMATED')), nullable=False),
    sa.Column('source_ref', sa.String(length=200), nullable=False),
    sa.Column('rule', sa.String(length=40), nullable=True),
    sa.Column('cause', _enum('changecause', ('SHIPPED', 'ENTERED', 'FOLLOWED')), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.Column('changed_by', sa.Integer(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['changed_by'], ['person.id'], name=op.f('fk_stage_change_changed_by')),
    sa.ForeignKeyConstraint(['event_id'], ['election_event.id'], name=op.f('fk_stage_change_event_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stage_change'))
    )
    with op.batch_alter_table('stage_change', schema=None) as batch_op:
        batch_op.create_index('ix_stage_change_event_id_stage', ['event_id', 'stage'], unique=False)
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Refused by the database when elections hold what the older form has no word for."""
    op.drop_table('stage_change')
    grades = (
        sa.Column('source_grade', _plain(), nullable=False),
        sa.Column('note', sa.Text(), nullable=False),
        sa.Column('rule', sa.String(length=40), nullable=True),
    )
    if op.get_bind().dialect.name == 'postgresql':
        for column in grades:
            op.drop_column('election_stage', column.name)
    else:
        with op.batch_alter_table('election_stage', copy_from=_stage(*grades), recreate='always') as batch_op:
            for column in grades:
                batch_op.drop_column(column.name)
    _allow('assignment', 'stage', 'stagekind', OLD_STAGES, _assignment())
    _allow('election_stage', 'stage', 'stagekind', OLD_STAGES, _stage())
    _allow('election_event', 'kind', 'eventkind', OLD_KINDS, _event())
