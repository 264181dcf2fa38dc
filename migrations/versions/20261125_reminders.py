"""reminders: the day's work in a time zone, the letters it ordered and what they told; private calendar addresses"""

import sqlalchemy as sa
from alembic import op

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None

GUARDS = {
    "sqlite": [
        "CREATE TRIGGER guard_reminder_run_columns BEFORE UPDATE ON reminder_run WHEN OLD.zone IS NOT NEW.zone OR OLD.day IS NOT NEW.day OR OLD.started_at IS NOT NEW.started_at BEGIN SELECT RAISE(ABORT, 'frozen: reminder_run'); END",
        "CREATE TRIGGER guard_reminder_run_update BEFORE UPDATE ON reminder_run WHEN OLD.finished_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'frozen: reminder_run'); END",
        "CREATE TRIGGER guard_reminder_run_delete BEFORE DELETE ON reminder_run WHEN OLD.finished_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'frozen: reminder_run'); END",
        "CREATE TRIGGER guard_reminder_digest_columns BEFORE UPDATE ON reminder_digest WHEN OLD.person_id IS NOT NEW.person_id OR OLD.zone IS NOT NEW.zone OR OLD.day IS NOT NEW.day OR OLD.ordered_at IS NOT NEW.ordered_at BEGIN SELECT RAISE(ABORT, 'frozen: reminder_digest'); END",
        "CREATE TRIGGER guard_reminder_step_update BEFORE UPDATE ON reminder_step BEGIN SELECT RAISE(ABORT, 'frozen: reminder_step'); END",
        "CREATE TRIGGER guard_reminder_step_delete BEFORE DELETE ON reminder_step BEGIN SELECT RAISE(ABORT, 'frozen: reminder_step'); END",
        "CREATE TRIGGER guard_calendar_link_columns BEFORE UPDATE ON calendar_link WHEN OLD.person_id IS NOT NEW.person_id OR OLD.token_hash IS NOT NEW.token_hash OR OLD.locale IS NOT NEW.locale OR OLD.made_at IS NOT NEW.made_at BEGIN SELECT RAISE(ABORT, 'frozen: calendar_link'); END",
        "CREATE TRIGGER guard_calendar_link_update BEFORE UPDATE ON calendar_link WHEN OLD.ended_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'frozen: calendar_link'); END",
        "CREATE TRIGGER guard_calendar_link_delete BEFORE DELETE ON calendar_link WHEN OLD.ended_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'frozen: calendar_link'); END",
    ],
    "postgresql": [
        'CREATE TRIGGER guard_reminder_run_columns BEFORE UPDATE ON reminder_run FOR EACH ROW WHEN (OLD.zone IS DISTINCT FROM NEW.zone OR OLD.day IS DISTINCT FROM NEW.day OR OLD.started_at IS DISTINCT FROM NEW.started_at) EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_reminder_run_change BEFORE UPDATE OR DELETE ON reminder_run FOR EACH ROW WHEN (OLD.finished_at IS NOT NULL) EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_reminder_digest_columns BEFORE UPDATE ON reminder_digest FOR EACH ROW WHEN (OLD.person_id IS DISTINCT FROM NEW.person_id OR OLD.zone IS DISTINCT FROM NEW.zone OR OLD.day IS DISTINCT FROM NEW.day OR OLD.ordered_at IS DISTINCT FROM NEW.ordered_at) EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_reminder_step_change BEFORE UPDATE OR DELETE ON reminder_step FOR EACH ROW EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_reminder_step_truncate BEFORE TRUNCATE ON reminder_step FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_calendar_link_columns BEFORE UPDATE ON calendar_link FOR EACH ROW WHEN (OLD.person_id IS DISTINCT FROM NEW.person_id OR OLD.token_hash IS DISTINCT FROM NEW.token_hash OR OLD.locale IS DISTINCT FROM NEW.locale OR OLD.made_at IS DISTINCT FROM NEW.made_at) EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_calendar_link_change BEFORE UPDATE OR DELETE ON calendar_link FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION netra_refuse()',
    ],
}


def upgrade() -> None:
    op.create_table('reminder_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('zone', sa.String(length=40), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('last_person_id', sa.Integer(), nullable=False),
    sa.Column('ordered', sa.Integer(), nullable=False),
    sa.Column('no_address', sa.Integer(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reminder_run')),
    sa.UniqueConstraint('zone', 'day', name='uq_reminder_run_zone_day'),
    )
    op.create_table('reminder_digest',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('zone', sa.String(length=40), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('ordered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('mail_id', sa.Integer(), nullable=True),
    sa.Column('handed_over_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('refused_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('refusal', sa.String(length=200), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_reminder_digest_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reminder_digest')),
    sa.UniqueConstraint('person_id', 'day', name='uq_reminder_digest_person_id_day'),
    )
    op.create_table('reminder_step',
    sa.Column('enrolment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('step', sa.Integer(), nullable=False),
    sa.Column('digest_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['digest_id'], ['reminder_digest.id'], name=op.f('fk_reminder_step_digest_id')),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolment.id'], name=op.f('fk_reminder_step_enrolment_id')),
    sa.PrimaryKeyConstraint('enrolment_id', 'due_on', 'step', name=op.f('pk_reminder_step')),
    )
    with op.batch_alter_table('reminder_step', schema=None) as batch_op:
        batch_op.create_index('ix_reminder_step_digest_id', ['digest_id'], unique=False)

    op.create_table('calendar_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('locale', sa.String(length=5), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_calendar_link_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_link')),
    sa.UniqueConstraint('token_hash', name='uq_calendar_link_token_hash'),
    )
    with op.batch_alter_table('calendar_link', schema=None) as batch_op:
        batch_op.create_index('uq_calendar_link_in_force', ['person_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table('calendar_link')
    op.drop_table('reminder_step')
    op.drop_table('reminder_digest')
    op.drop_table('reminder_run')
