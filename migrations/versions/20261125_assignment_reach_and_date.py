"""an assignment may reach only those who work where the election is held, and may be due on a fixed date"""

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None

STAGES = ('COURT_RULING', 'REVOTE_DEADLINE', 'MUTATION_FREEZE', 'PROGRAMME_FREEZE', 'INDEPENDENT_SUPPORT', 'REGISTRATION', 'CANDIDATE_DETERMINATION', 'PAIR_DETERMINATION', 'CAMPAIGN', 'QUIET_PERIOD', 'VOTING_DAY', 'RECAPITULATION', 'INAUGURATION', 'POST_MUTATION_FREEZE')
ONE_DATE = (
    "(due_on IS NULL AND event_id IS NOT NULL AND stage IS NOT NULL)"
    " OR (due_on IS NOT NULL AND event_id IS NULL AND stage IS NULL AND NOT covered_only AND days_before = 0)"
)


def _shape(fixed):
    """The table as it stands; SQLite builds it anew from this. `fixed`: with what this migration adds."""
    more = (
        sa.Column('covered_only', sa.Boolean(), server_default=sa.text('false'), nullable=False),
        sa.Column('due_on', sa.Date(), nullable=True),
        sa.CheckConstraint(ONE_DATE, name='ck_assignment_one_date'),
    )
    return sa.Table('assignment', sa.MetaData(),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('course_key', sa.String(length=80), nullable=False),
        sa.Column('course_title', sa.String(length=200), nullable=False),
        sa.Column('org_unit_id', sa.Integer(), nullable=False),
        sa.Column('event_id', sa.Integer(), nullable=fixed),
        sa.Column('stage', sa.String(length=40), nullable=fixed),
        sa.Column('days_before', sa.Integer(), nullable=False),
        sa.Column('legal_basis', sa.Text(), nullable=False),
        sa.Column('created_by', sa.Integer(), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        *(more if fixed else ()),
        sa.CheckConstraint('days_before >= 0', name='ck_assignment_days_before'),
        sa.CheckConstraint(f"stage IN ({', '.join(repr(stage) for stage in STAGES)})", name='ck_assignment_stagekind'),
        sa.ForeignKeyConstraint(['event_id'], ['election_event.id'], name='fk_assignment_event_id'),
        sa.ForeignKeyConstraint(['org_unit_id'], ['org_unit.id'], name='fk_assignment_org_unit_id'),
        sa.PrimaryKeyConstraint('id', name='pk_assignment'),
        sa.Index('ix_assignment_org_unit_id', 'org_unit_id'),
    )


def upgrade() -> None:
    # What was assigned until now reached the whole subtree, and goes on doing so.
    with op.batch_alter_table('assignment', copy_from=_shape(False)) as batch_op:
        batch_op.add_column(sa.Column('covered_only', sa.Boolean(), server_default=sa.text('false'), nullable=False))
        batch_op.add_column(sa.Column('due_on', sa.Date(), nullable=True))
        batch_op.alter_column('event_id', existing_type=sa.Integer(), nullable=True)
        batch_op.alter_column('stage', existing_type=sa.String(length=40), nullable=True)
        batch_op.create_check_constraint(op.f('ck_assignment_one_date'), sa.text(ONE_DATE))


def downgrade() -> None:
    """Refused by the database when an assignment has a fixed date, which the older form has no place for."""
    with op.batch_alter_table('assignment', copy_from=_shape(True)) as batch_op:
        batch_op.drop_constraint(op.f('ck_assignment_one_date'), type_='check')
        batch_op.drop_column('due_on')
        batch_op.drop_column('covered_only')
        batch_op.alter_column('event_id', existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column('stage', existing_type=sa.String(length=40), nullable=False)
