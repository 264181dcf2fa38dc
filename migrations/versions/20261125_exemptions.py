"""exemptions and extensions, decided by two people, and who is exempt in the counts"""

import sqlalchemy as sa
from alembic import op

revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None

GUARDS = {
    "sqlite": [
        "CREATE TRIGGER guard_exemption_proposal_columns BEFORE UPDATE ON exemption_proposal WHEN OLD.public_id IS NOT NEW.public_id OR OLD.person_id IS NOT NEW.person_id OR OLD.course_key IS NOT NEW.course_key OR OLD.course_title IS NOT NEW.course_title OR OLD.kind IS NOT NEW.kind OR OLD.ends_id IS NOT NEW.ends_id OR OLD.until IS NOT NEW.until OR OLD.reason IS NOT NEW.reason OR OLD.note IS NOT NEW.note OR OLD.evidence IS NOT NEW.evidence OR OLD.proposed_by IS NOT NEW.proposed_by OR OLD.proposed_at IS NOT NEW.proposed_at BEGIN SELECT RAISE(ABORT, 'frozen: exemption_proposal'); END",
        "CREATE TRIGGER guard_exemption_proposal_update BEFORE UPDATE ON exemption_proposal WHEN OLD.outcome IS NOT NULL BEGIN SELECT RAISE(ABORT, 'frozen: exemption_proposal'); END",
        "CREATE TRIGGER guard_exemption_proposal_delete BEFORE DELETE ON exemption_proposal WHEN OLD.outcome IS NOT NULL BEGIN SELECT RAISE(ABORT, 'frozen: exemption_proposal'); END",
    ],
    "postgresql": [
        "CREATE TRIGGER guard_exemption_proposal_columns BEFORE UPDATE ON exemption_proposal FOR EACH ROW WHEN (OLD.public_id IS DISTINCT FROM NEW.public_id OR OLD.person_id IS DISTINCT FROM NEW.person_id OR OLD.course_key IS DISTINCT FROM NEW.course_key OR OLD.course_title IS DISTINCT FROM NEW.course_title OR OLD.kind IS DISTINCT FROM NEW.kind OR OLD.ends_id IS DISTINCT FROM NEW.ends_id OR OLD.until IS DISTINCT FROM NEW.until OR OLD.reason IS DISTINCT FROM NEW.reason OR OLD.note IS DISTINCT FROM NEW.note OR OLD.evidence IS DISTINCT FROM NEW.evidence OR OLD.proposed_by IS DISTINCT FROM NEW.proposed_by OR OLD.proposed_at IS DISTINCT FROM NEW.proposed_at) EXECUTE FUNCTION netra_refuse()",
        "CREATE TRIGGER guard_exemption_proposal_change BEFORE UPDATE OR DELETE ON exemption_proposal FOR EACH ROW WHEN (OLD.outcome IS NOT NULL) EXECUTE FUNCTION netra_refuse()",
    ],
}
REASONS = ('LEAVE_UNPAID', 'LEAVE_ILLNESS', 'LEAVE_BIRTH', 'STUDY', 'SECONDED', 'SUSPENDED', 'DISASTER', 'NO_ACCESS', 'OTHER')


def _index(name: str, columns: list[str], where: str, *, unique: bool, table: str) -> None:
    op.create_index(
        name, table, columns, unique=unique, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
    )


def upgrade() -> None:
    op.create_table(
        'exemption_proposal',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('public_id', sa.Uuid(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('course_key', sa.String(length=80), nullable=False),
        sa.Column('course_title', sa.String(length=200), nullable=False),
        sa.Column('kind', sa.Enum('EXEMPTION', 'EXTENSION', 'ENDING', name='reliefkind', native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column('ends_id', sa.Integer(), nullable=True),
        sa.Column('until', sa.Date(), nullable=True),
        sa.Column('reason', sa.Enum(*REASONS, name='reliefreason', native_enum=False, create_constraint=True, length=40), nullable=True),
        sa.Column('note', sa.Text(), nullable=False),
        sa.Column('evidence', sa.Text(), nullable=False),
        sa.Column('proposed_by', sa.Integer(), nullable=False),
        sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('outcome', sa.Enum('APPROVED', 'RETURNED', 'WITHDRAWN', name='reliefoutcome', native_enum=False, create_constraint=True, length=40), nullable=True),
        sa.Column('decided_by', sa.Integer(), nullable=True),
        sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('remark', sa.Text(), nullable=False),
        sa.CheckConstraint('(outcome IS NULL) = (decided_at IS NULL) AND (outcome IS NULL) = (decided_by IS NULL)', name=op.f('ck_exemption_proposal_decided_whole')),
        sa.CheckConstraint("coalesce(outcome = 'WITHDRAWN', true) OR decided_by <> proposed_by", name=op.f('ck_exemption_proposal_two_people')),
        sa.CheckConstraint("coalesce(outcome <> 'WITHDRAWN', true) OR decided_by = proposed_by", name=op.f('ck_exemption_proposal_withdrawn')),
        sa.CheckConstraint('proposed_by <> person_id AND (decided_by IS NULL OR decided_by <> person_id)', name=op.f('ck_exemption_proposal_not_the_person')),
        sa.CheckConstraint("(kind = 'ENDING') = (ends_id IS NOT NULL) AND (kind = 'ENDING') = (until IS NULL) AND (kind = 'ENDING') = (reason IS NULL)", name=op.f('ck_exemption_proposal_kind_whole')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_exemption_proposal_person_id')),
        sa.ForeignKeyConstraint(['ends_id'], ['exemption_proposal.id'], name=op.f('fk_exemption_proposal_ends_id')),
        sa.ForeignKeyConstraint(['proposed_by'], ['person.id'], name=op.f('fk_exemption_proposal_proposed_by')),
        sa.ForeignKeyConstraint(['decided_by'], ['person.id'], name=op.f('fk_exemption_proposal_decided_by')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_exemption_proposal')),
        sa.UniqueConstraint('public_id', name='uq_exemption_proposal_public_id'),
    )
    op.create_index('ix_exemption_proposal_person_id_course_key', 'exemption_proposal', ['person_id', 'course_key'])
    _index('uq_exemption_proposal_open', ['person_id', 'course_key'], 'outcome IS NULL', unique=True, table='exemption_proposal')
    _index('uq_exemption_proposal_ended', ['ends_id'], "outcome = 'APPROVED'", unique=True, table='exemption_proposal')
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)
    # Columns are added and nothing is rebuilt: the book of changes is frozen.
    op.add_column('enrolment', sa.Column('exempt_until', sa.Date(), nullable=True))
    op.add_column('enrolment', sa.Column('extended_on', sa.Date(), nullable=True))
    _index('ix_enrolment_exempt_until', ['exempt_until'], 'exempt_until IS NOT NULL', unique=False, table='enrolment')
    _index('ix_enrolment_extended_on', ['course_key', 'extended_on'], 'extended_on IS NOT NULL', unique=False, table='enrolment')
    for table in ('unit_count', 'unit_count_change'):
        op.add_column(table, sa.Column('exempt', sa.Integer(), server_default=sa.text('0'), nullable=False))


def downgrade() -> None:
    """Who is exempt and whose date was extended is lost; who was exempt is expected again in the counts."""
    for table in ('unit_count_change', 'unit_count'):
        op.drop_column(table, 'exempt')
    op.drop_index('ix_enrolment_extended_on', table_name='enrolment')
    op.drop_index('ix_enrolment_exempt_until', table_name='enrolment')
    op.drop_column('enrolment', 'extended_on')
    op.drop_column('enrolment', 'exempt_until')
    op.drop_table('exemption_proposal')
