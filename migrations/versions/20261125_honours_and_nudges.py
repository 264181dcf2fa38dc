"""units that were through in time with their letters, planned times of study, and nudges switched off"""

import sqlalchemy as sa
from alembic import op

revision = '0034'
down_revision = '0033'
branch_labels = None
depends_on = None

GUARDS = {
    "sqlite": [
        "CREATE TRIGGER guard_unit_honour_update BEFORE UPDATE ON unit_honour BEGIN SELECT RAISE(ABORT, 'frozen: unit_honour'); END",
        "CREATE TRIGGER guard_unit_honour_delete BEFORE DELETE ON unit_honour BEGIN SELECT RAISE(ABORT, 'frozen: unit_honour'); END",
        "CREATE TRIGGER guard_appreciation_letter_update BEFORE UPDATE ON appreciation_letter BEGIN SELECT RAISE(ABORT, 'frozen: appreciation_letter'); END",
        "CREATE TRIGGER guard_appreciation_letter_delete BEFORE DELETE ON appreciation_letter BEGIN SELECT RAISE(ABORT, 'frozen: appreciation_letter'); END",
        "CREATE TRIGGER guard_study_plan_columns BEFORE UPDATE ON study_plan WHEN OLD.person_id IS NOT NEW.person_id OR OLD.enrolment_id IS NOT NEW.enrolment_id OR OLD.starts_at IS NOT NEW.starts_at OR OLD.zone IS NOT NEW.zone OR OLD.made_at IS NOT NEW.made_at BEGIN SELECT RAISE(ABORT, 'frozen: study_plan'); END",
        "CREATE TRIGGER guard_study_plan_update BEFORE UPDATE ON study_plan WHEN OLD.ended_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'frozen: study_plan'); END",
        "CREATE TRIGGER guard_study_plan_delete BEFORE DELETE ON study_plan WHEN OLD.ended_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'frozen: study_plan'); END",
        "CREATE TRIGGER guard_nudge_off_columns BEFORE UPDATE ON nudge_off WHEN OLD.kind IS NOT NEW.kind OR OLD.person_id IS NOT NEW.person_id OR OLD.agency_id IS NOT NEW.agency_id OR OLD.off_by IS NOT NEW.off_by OR OLD.off_at IS NOT NEW.off_at BEGIN SELECT RAISE(ABORT, 'frozen: nudge_off'); END",
        "CREATE TRIGGER guard_nudge_off_update BEFORE UPDATE ON nudge_off WHEN OLD.ended_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'frozen: nudge_off'); END",
        "CREATE TRIGGER guard_nudge_off_delete BEFORE DELETE ON nudge_off WHEN OLD.ended_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'frozen: nudge_off'); END",
    ],
    "postgresql": [
        'CREATE TRIGGER guard_unit_honour_change BEFORE UPDATE OR DELETE ON unit_honour FOR EACH ROW EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_unit_honour_truncate BEFORE TRUNCATE ON unit_honour FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_appreciation_letter_change BEFORE UPDATE OR DELETE ON appreciation_letter FOR EACH ROW EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_appreciation_letter_truncate BEFORE TRUNCATE ON appreciation_letter FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_study_plan_columns BEFORE UPDATE ON study_plan FOR EACH ROW WHEN (OLD.person_id IS DISTINCT FROM NEW.person_id OR OLD.enrolment_id IS DISTINCT FROM NEW.enrolment_id OR OLD.starts_at IS DISTINCT FROM NEW.starts_at OR OLD.zone IS DISTINCT FROM NEW.zone OR OLD.made_at IS DISTINCT FROM NEW.made_at) EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_study_plan_change BEFORE UPDATE OR DELETE ON study_plan FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_nudge_off_columns BEFORE UPDATE ON nudge_off FOR EACH ROW WHEN (OLD.kind IS DISTINCT FROM NEW.kind OR OLD.person_id IS DISTINCT FROM NEW.person_id OR OLD.agency_id IS DISTINCT FROM NEW.agency_id OR OLD.off_by IS DISTINCT FROM NEW.off_by OR OLD.off_at IS DISTINCT FROM NEW.off_at) EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_nudge_off_change BEFORE UPDATE OR DELETE ON nudge_off FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION netra_refuse()',
    ],
}
STAGES = ('COURT_RULING', 'REVOTE_DEADLINE', 'MUTATION_FREEZE', 'PROGRAMME_FREEZE', 'INDEPENDENT_SUPPORT', 'REGISTRATION', 'CANDIDATE_DETERMINATION', 'PAIR_DETERMINATION', 'CAMPAIGN', 'QUIET_PERIOD', 'VOTING_DAY', 'RECAPITULATION', 'INAUGURATION', 'POST_MUTATION_FREEZE')


def _in_force(name: str, table: str, columns: list[str]) -> None:
    where = sa.text('ended_at IS NULL')
    op.create_index(name, table, columns, unique=True, sqlite_where=where, postgresql_where=where)


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table(
        'unit_honour',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('public_id', sa.Uuid(), nullable=False),
        sa.Column('org_unit_id', sa.Integer(), nullable=False),
        sa.Column('assignment_id', sa.Integer(), nullable=False),
        sa.Column('course_key', sa.String(length=80), nullable=False),
        sa.Column('course_title', sa.String(length=200), nullable=False),
        sa.Column('unit_name', sa.String(length=160), nullable=False),
        sa.Column('event_name', sa.String(length=200), nullable=True),
        sa.Column('stage', sa.Enum(*STAGES, name='stagekind', native_enum=False, create_constraint=True, length=40), nullable=True),
        sa.Column('stage_on', sa.Date(), nullable=True),
        sa.Column('last_on', sa.Date(), nullable=False),
        sa.Column('reached_on', sa.Date(), nullable=False),
        sa.Column('assigned', sa.Integer(), nullable=False),
        sa.Column('passed', sa.Integer(), nullable=False),
        sa.Column('exempt', sa.Integer(), nullable=False),
        sa.Column('most', sa.Integer(), nullable=False),
        sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint('passed >= 5 AND passed + exempt = assigned AND passed * 5 >= most * 4', name=op.f('ck_unit_honour_earned')),
        sa.CheckConstraint('reached_on <= last_on', name=op.f('ck_unit_honour_in_time')),
        sa.ForeignKeyConstraint(['org_unit_id'], ['org_unit.id'], name=op.f('fk_unit_honour_org_unit_id')),
        sa.ForeignKeyConstraint(['assignment_id'], ['assignment.id'], name=op.f('fk_unit_honour_assignment_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_unit_honour')),
        sa.UniqueConstraint('public_id', name='uq_unit_honour_public_id'),
        sa.UniqueConstraint('org_unit_id', 'assignment_id', name='uq_unit_honour_org_unit_id_assignment_id'),
        sa.UniqueConstraint('org_unit_id', 'course_key', 'reached_on', name='uq_unit_honour_evening'),
    )
    op.create_index('ix_unit_honour_assignment_id', 'unit_honour', ['assignment_id'])
    op.create_table(
        'appreciation_letter',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('honour_id', sa.Integer(), nullable=False),
        sa.Column('number', sa.String(length=60), nullable=False),
        sa.Column('template', sa.String(length=20), nullable=False),
        sa.Column('payload', sa.Text(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['honour_id'], ['unit_honour.id'], name=op.f('fk_appreciation_letter_honour_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_appreciation_letter')),
        sa.UniqueConstraint('honour_id', name='uq_appreciation_letter_honour_id'),
        sa.UniqueConstraint('number', name='uq_appreciation_letter_number'),
    )
    op.create_table(
        'study_plan',
        sa.Column('id', big, nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('enrolment_id', big, nullable=False),
        sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('zone', sa.String(length=40), nullable=False),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_study_plan_person_id')),
        sa.ForeignKeyConstraint(['enrolment_id'], ['enrolment.id'], name=op.f('fk_study_plan_enrolment_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_study_plan')),
    )
    op.create_index('ix_study_plan_person_id', 'study_plan', ['person_id'])
    _in_force('uq_study_plan_in_force', 'study_plan', ['enrolment_id'])
    op.create_table(
        'nudge_off',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.Enum('PLAN', 'PEERS', name='nudgekind', native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=True),
        sa.Column('agency_id', sa.Integer(), nullable=True),
        sa.Column('off_by', sa.Integer(), nullable=False),
        sa.Column('off_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint('(person_id IS NULL) <> (agency_id IS NULL)', name=op.f('ck_nudge_off_one_owner')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_nudge_off_person_id')),
        sa.ForeignKeyConstraint(['agency_id'], ['org_unit.id'], name=op.f('fk_nudge_off_agency_id')),
        sa.ForeignKeyConstraint(['off_by'], ['person.id'], name=op.f('fk_nudge_off_off_by')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_nudge_off')),
    )
    _in_force('uq_nudge_off_person', 'nudge_off', ['person_id', 'kind'])
    _in_force('uq_nudge_off_agency', 'nudge_off', ['agency_id', 'kind'])
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Honours, letters, plans and wishes are lost; letters that were printed stay what they are."""
    for table in ('nudge_off', 'study_plan', 'appreciation_letter', 'unit_honour'):
        op.drop_table(table)
