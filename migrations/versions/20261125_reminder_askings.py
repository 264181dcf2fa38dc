"""reminder askings: somebody asks that the people behind a number be reminded, and the letters that go out for it"""

import sqlalchemy as sa
from alembic import op

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None

GUARDS = {
    "sqlite": [
        "CREATE TRIGGER guard_reminder_asking_columns BEFORE UPDATE ON reminder_asking WHEN OLD.org_unit_id IS NOT NEW.org_unit_id OR OLD.course_key IS NOT NEW.course_key OR OLD.state IS NOT NEW.state OR OLD.own_only IS NOT NEW.own_only OR OLD.search IS NOT NEW.search OR OLD.day IS NOT NEW.day OR OLD.unit_place IS NOT NEW.unit_place OR OLD.asker_place IS NOT NEW.asker_place OR OLD.asked_by IS NOT NEW.asked_by OR OLD.asked_at IS NOT NEW.asked_at OR OLD.office_role IS NOT NEW.office_role OR OLD.office_unit_id IS NOT NEW.office_unit_id OR OLD.selected IS NOT NEW.selected BEGIN SELECT RAISE(ABORT, 'frozen: reminder_asking'); END",
        "CREATE TRIGGER guard_reminder_asking_update BEFORE UPDATE ON reminder_asking WHEN OLD.finished_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'frozen: reminder_asking'); END",
        "CREATE TRIGGER guard_reminder_asking_delete BEFORE DELETE ON reminder_asking WHEN OLD.finished_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'frozen: reminder_asking'); END",
        "CREATE TRIGGER guard_reminder_asked_update BEFORE UPDATE ON reminder_asked BEGIN SELECT RAISE(ABORT, 'frozen: reminder_asked'); END",
        "CREATE TRIGGER guard_reminder_asked_delete BEFORE DELETE ON reminder_asked BEGIN SELECT RAISE(ABORT, 'frozen: reminder_asked'); END",
    ],
    "postgresql": [
        "CREATE TRIGGER guard_reminder_asking_columns BEFORE UPDATE ON reminder_asking FOR EACH ROW WHEN (OLD.org_unit_id IS DISTINCT FROM NEW.org_unit_id OR OLD.course_key IS DISTINCT FROM NEW.course_key OR OLD.state IS DISTINCT FROM NEW.state OR OLD.own_only IS DISTINCT FROM NEW.own_only OR OLD.search IS DISTINCT FROM NEW.search OR OLD.day IS DISTINCT FROM NEW.day OR OLD.unit_place IS DISTINCT FROM NEW.unit_place OR OLD.asker_place IS DISTINCT FROM NEW.asker_place OR OLD.asked_by IS DISTINCT FROM NEW.asked_by OR OLD.asked_at IS DISTINCT FROM NEW.asked_at OR OLD.office_role IS DISTINCT FROM NEW.office_role OR OLD.office_unit_id IS DISTINCT FROM NEW.office_unit_id OR OLD.selected IS DISTINCT FROM NEW.selected) EXECUTE FUNCTION netra_refuse()",
        "CREATE TRIGGER guard_reminder_asking_change BEFORE UPDATE OR DELETE ON reminder_asking FOR EACH ROW WHEN (OLD.finished_at IS NOT NULL) EXECUTE FUNCTION netra_refuse()",
        "CREATE TRIGGER guard_reminder_asked_change BEFORE UPDATE OR DELETE ON reminder_asked FOR EACH ROW EXECUTE FUNCTION netra_refuse()",
        "CREATE TRIGGER guard_reminder_asked_truncate BEFORE TRUNCATE ON reminder_asked FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()",
    ],
}


def upgrade() -> None:
    op.create_table('reminder_asking',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('org_unit_id', sa.Integer(), nullable=False),
    sa.Column('course_key', sa.String(length=80), nullable=False),
    sa.Column('state', sa.Enum('semua', 'belum', 'belum-mulai', 'sedang', 'lulus', 'terlambat', 'dikecualikan', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('own_only', sa.Boolean(), nullable=False),
    sa.Column('search', sa.String(length=120), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('unit_place', sa.Integer(), nullable=False),
    sa.Column('asker_place', sa.Integer(), nullable=False),
    sa.Column('asked_by', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('office_role', sa.Enum('SUPERVISOR', 'HR', 'TRAINER', 'ADMIN', name='role', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('office_unit_id', sa.Integer(), nullable=True),
    sa.Column('selected', sa.Integer(), nullable=False),
    sa.Column('job_id', sa.Integer(), nullable=True),
    sa.Column('last_enrolment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ordered', sa.Integer(), nullable=False),
    sa.Column('recent', sa.Integer(), nullable=False),
    sa.Column('no_address', sa.Integer(), nullable=False),
    sa.Column('bounced', sa.Integer(), nullable=False),
    sa.Column('no_date', sa.Integer(), nullable=False),
    sa.Column('stopped', sa.Boolean(), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('unit_place BETWEEN 1 AND 5', name=op.f('ck_reminder_asking_unit_limit')),
    sa.CheckConstraint('asker_place BETWEEN 1 AND 20', name=op.f('ck_reminder_asking_asker_limit')),
    sa.ForeignKeyConstraint(['org_unit_id'], ['org_unit.id'], name=op.f('fk_reminder_asking_org_unit_id')),
    sa.ForeignKeyConstraint(['asked_by'], ['person.id'], name=op.f('fk_reminder_asking_asked_by')),
    sa.ForeignKeyConstraint(['office_unit_id'], ['org_unit.id'], name=op.f('fk_reminder_asking_office_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reminder_asking')),
    sa.UniqueConstraint('org_unit_id', 'course_key', 'state', 'own_only', 'search', 'day', name='uq_reminder_asking_selection'),
    sa.UniqueConstraint('org_unit_id', 'day', 'unit_place', name='uq_reminder_asking_unit_place'),
    sa.UniqueConstraint('asked_by', 'day', 'asker_place', name='uq_reminder_asking_asker_place'),
    )
    op.create_table('reminder_asked',
    sa.Column('digest_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('asking_id', sa.Integer(), nullable=False),
    sa.Column('enrolment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['digest_id'], ['reminder_digest.id'], name=op.f('fk_reminder_asked_digest_id')),
    sa.ForeignKeyConstraint(['asking_id'], ['reminder_asking.id'], name=op.f('fk_reminder_asked_asking_id')),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolment.id'], name=op.f('fk_reminder_asked_enrolment_id')),
    sa.PrimaryKeyConstraint('digest_id', name=op.f('pk_reminder_asked')),
    )
    with op.batch_alter_table('reminder_asked', schema=None) as batch_op:
        batch_op.create_index('ix_reminder_asked_asking_id', ['asking_id'], unique=False)

    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table('reminder_asked')
    op.drop_table('reminder_asking')
