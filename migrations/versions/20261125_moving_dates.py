"""dates that move for many: recomputations with their cursor, what they changed for whom, outages decided by two people"""

import sqlalchemy as sa
from alembic import op

revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None

GUARDS = {
    "sqlite": [
        "CREATE TRIGGER guard_outage_columns BEFORE UPDATE ON outage WHEN OLD.public_id IS NOT NEW.public_id OR OLD.kind IS NOT NEW.kind OR OLD.began_at IS NOT NEW.began_at OR OLD.ended_at IS NOT NEW.ended_at OR OLD.until_on IS NOT NEW.until_on OR OLD.note IS NOT NEW.note OR OLD.evidence IS NOT NEW.evidence OR OLD.proposed_by IS NOT NEW.proposed_by OR OLD.proposed_at IS NOT NEW.proposed_at BEGIN SELECT RAISE(ABORT, 'frozen: outage'); END",
        "CREATE TRIGGER guard_outage_update BEFORE UPDATE ON outage WHEN OLD.outcome IS NOT NULL BEGIN SELECT RAISE(ABORT, 'frozen: outage'); END",
        "CREATE TRIGGER guard_outage_delete BEFORE DELETE ON outage WHEN OLD.outcome IS NOT NULL BEGIN SELECT RAISE(ABORT, 'frozen: outage'); END",
        "CREATE TRIGGER guard_redating_columns BEFORE UPDATE ON redating WHEN OLD.change_id IS NOT NEW.change_id OR OLD.outage_id IS NOT NEW.outage_id OR OLD.total IS NOT NEW.total OR OLD.started_at IS NOT NEW.started_at BEGIN SELECT RAISE(ABORT, 'frozen: redating'); END",
        "CREATE TRIGGER guard_redating_update BEFORE UPDATE ON redating WHEN OLD.finished_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'frozen: redating'); END",
        "CREATE TRIGGER guard_redating_delete BEFORE DELETE ON redating WHEN OLD.finished_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'frozen: redating'); END",
        "CREATE TRIGGER guard_redating_assignment_update BEFORE UPDATE ON redating_assignment BEGIN SELECT RAISE(ABORT, 'frozen: redating_assignment'); END",
        "CREATE TRIGGER guard_redating_assignment_delete BEFORE DELETE ON redating_assignment BEGIN SELECT RAISE(ABORT, 'frozen: redating_assignment'); END",
        "CREATE TRIGGER guard_due_change_update BEFORE UPDATE ON due_change BEGIN SELECT RAISE(ABORT, 'frozen: due_change'); END",
        "CREATE TRIGGER guard_due_change_delete BEFORE DELETE ON due_change BEGIN SELECT RAISE(ABORT, 'frozen: due_change'); END",
    ],
    "postgresql": [
        "CREATE TRIGGER guard_outage_columns BEFORE UPDATE ON outage FOR EACH ROW WHEN (OLD.public_id IS DISTINCT FROM NEW.public_id OR OLD.kind IS DISTINCT FROM NEW.kind OR OLD.began_at IS DISTINCT FROM NEW.began_at OR OLD.ended_at IS DISTINCT FROM NEW.ended_at OR OLD.until_on IS DISTINCT FROM NEW.until_on OR OLD.note IS DISTINCT FROM NEW.note OR OLD.evidence IS DISTINCT FROM NEW.evidence OR OLD.proposed_by IS DISTINCT FROM NEW.proposed_by OR OLD.proposed_at IS DISTINCT FROM NEW.proposed_at) EXECUTE FUNCTION netra_refuse()",
        "CREATE TRIGGER guard_outage_change BEFORE UPDATE OR DELETE ON outage FOR EACH ROW WHEN (OLD.outcome IS NOT NULL) EXECUTE FUNCTION netra_refuse()",
        "CREATE TRIGGER guard_redating_columns BEFORE UPDATE ON redating FOR EACH ROW WHEN (OLD.change_id IS DISTINCT FROM NEW.change_id OR OLD.outage_id IS DISTINCT FROM NEW.outage_id OR OLD.total IS DISTINCT FROM NEW.total OR OLD.started_at IS DISTINCT FROM NEW.started_at) EXECUTE FUNCTION netra_refuse()",
        "CREATE TRIGGER guard_redating_change BEFORE UPDATE OR DELETE ON redating FOR EACH ROW WHEN (OLD.finished_at IS NOT NULL) EXECUTE FUNCTION netra_refuse()",
        "CREATE TRIGGER guard_redating_assignment_change BEFORE UPDATE OR DELETE ON redating_assignment FOR EACH ROW EXECUTE FUNCTION netra_refuse()",
        "CREATE TRIGGER guard_redating_assignment_truncate BEFORE TRUNCATE ON redating_assignment FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()",
        "CREATE TRIGGER guard_due_change_change BEFORE UPDATE OR DELETE ON due_change FOR EACH ROW EXECUTE FUNCTION netra_refuse()",
        "CREATE TRIGGER guard_due_change_truncate BEFORE TRUNCATE ON due_change FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()",
    ],
}
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table(
        'outage',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('public_id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.Enum('EVERYTHING', 'SIGN_IN', 'LESSONS', 'QUIZ', name='outagekind', native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('until_on', sa.Date(), nullable=False),
        sa.Column('note', sa.Text(), nullable=False),
        sa.Column('evidence', sa.Text(), nullable=False),
        sa.Column('proposed_by', sa.Integer(), nullable=False),
        sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('outcome', sa.Enum('APPROVED', 'RETURNED', 'WITHDRAWN', name='outageoutcome', native_enum=False, create_constraint=True, length=40), nullable=True),
        sa.Column('decided_by', sa.Integer(), nullable=True),
        sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('remark', sa.Text(), nullable=False),
        sa.CheckConstraint('ended_at > began_at', name=op.f('ck_outage_order')),
        sa.CheckConstraint('(outcome IS NULL) = (decided_at IS NULL) AND (outcome IS NULL) = (decided_by IS NULL)', name=op.f('ck_outage_decided_whole')),
        sa.CheckConstraint("coalesce(outcome = 'WITHDRAWN', true) OR decided_by <> proposed_by", name=op.f('ck_outage_two_people')),
        sa.CheckConstraint("coalesce(outcome <> 'WITHDRAWN', true) OR decided_by = proposed_by", name=op.f('ck_outage_withdrawn')),
        sa.ForeignKeyConstraint(['proposed_by'], ['person.id'], name=op.f('fk_outage_proposed_by')),
        sa.ForeignKeyConstraint(['decided_by'], ['person.id'], name=op.f('fk_outage_decided_by')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_outage')),
        sa.UniqueConstraint('public_id', name='uq_outage_public_id'),
    )
    standing = "outcome IS NULL OR outcome = 'APPROVED'"
    op.create_index('uq_outage_same', 'outage', ['began_at', 'ended_at'], unique=True, sqlite_where=sa.text(standing), postgresql_where=sa.text(standing))
    op.create_table(
        'redating',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('change_id', sa.Integer(), nullable=True),
        sa.Column('outage_id', sa.Integer(), nullable=True),
        sa.Column('job_id', sa.Integer(), nullable=True),
        sa.Column('last_unit_id', sa.Integer(), nullable=False),
        sa.Column('last_enrolment_id', BIG_ID, nullable=False),
        sa.Column('total', sa.Integer(), nullable=False),
        sa.Column('looked', sa.Integer(), nullable=False),
        sa.Column('moved', sa.Integer(), nullable=False),
        sa.Column('replaced', sa.Boolean(), nullable=False),
        sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint('(change_id IS NULL) <> (outage_id IS NULL)', name=op.f('ck_redating_one_cause')),
        sa.ForeignKeyConstraint(['change_id'], ['stage_change.id'], name=op.f('fk_redating_change_id')),
        sa.ForeignKeyConstraint(['outage_id'], ['outage.id'], name=op.f('fk_redating_outage_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_redating')),
    )
    op.create_index('ix_redating_running', 'redating', ['id'], unique=False, sqlite_where=sa.text('finished_at IS NULL'), postgresql_where=sa.text('finished_at IS NULL'))
    op.create_table(
        'redating_assignment',
        sa.Column('redating_id', sa.Integer(), nullable=False),
        sa.Column('assignment_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['redating_id'], ['redating.id'], name=op.f('fk_redating_assignment_redating_id')),
        sa.ForeignKeyConstraint(['assignment_id'], ['assignment.id'], name=op.f('fk_redating_assignment_assignment_id')),
        sa.PrimaryKeyConstraint('redating_id', 'assignment_id', name=op.f('pk_redating_assignment')),
    )
    op.create_table(
        'due_change',
        sa.Column('enrolment_id', BIG_ID, nullable=False),
        sa.Column('redating_id', sa.Integer(), nullable=False),
        sa.Column('before_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('after_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['enrolment_id'], ['enrolment.id'], name=op.f('fk_due_change_enrolment_id')),
        sa.ForeignKeyConstraint(['redating_id'], ['redating.id'], name=op.f('fk_due_change_redating_id')),
        sa.PrimaryKeyConstraint('enrolment_id', 'redating_id', name=op.f('pk_due_change')),
    )
    # Null for everybody: nobody is told of what moved before this was known.
    op.add_column('enrolment', sa.Column('due_moved_at', sa.DateTime(timezone=True), nullable=True))
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """What outages gave stays in the dates and is no longer known; which dates moved for whom is lost."""
    op.drop_column('enrolment', 'due_moved_at')
    for table in ('due_change', 'redating_assignment', 'redating', 'outage'):
        op.drop_table(table)
