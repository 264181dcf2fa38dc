"""wrong keys found late: corrections by two people, and the attempts they lifted"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

GUARDS = {
    "sqlite": [
        "CREATE TRIGGER guard_key_correction_columns BEFORE UPDATE ON key_correction WHEN OLD.public_id IS NOT NEW.public_id OR OLD.question_set_id IS NOT NEW.question_set_id OR OLD.item_key IS NOT NEW.item_key OR OLD.change IS NOT NEW.change OR OLD.reason IS NOT NEW.reason OR OLD.proposed_by IS NOT NEW.proposed_by OR OLD.proposed_at IS NOT NEW.proposed_at BEGIN SELECT RAISE(ABORT, 'frozen: key_correction'); END",
        "CREATE TRIGGER guard_key_correction_update BEFORE UPDATE ON key_correction WHEN OLD.outcome IS NOT NULL BEGIN SELECT RAISE(ABORT, 'frozen: key_correction'); END",
        "CREATE TRIGGER guard_key_correction_delete BEFORE DELETE ON key_correction WHEN OLD.outcome IS NOT NULL BEGIN SELECT RAISE(ABORT, 'frozen: key_correction'); END",
        "CREATE TRIGGER guard_regrade_update BEFORE UPDATE ON regrade BEGIN SELECT RAISE(ABORT, 'frozen: regrade'); END",
        "CREATE TRIGGER guard_regrade_delete BEFORE DELETE ON regrade BEGIN SELECT RAISE(ABORT, 'frozen: regrade'); END",
    ],
    "postgresql": [
        'CREATE TRIGGER guard_key_correction_columns BEFORE UPDATE ON key_correction FOR EACH ROW WHEN (OLD.public_id IS DISTINCT FROM NEW.public_id OR OLD.question_set_id IS DISTINCT FROM NEW.question_set_id OR OLD.item_key IS DISTINCT FROM NEW.item_key OR OLD.change IS DISTINCT FROM NEW.change OR OLD.reason IS DISTINCT FROM NEW.reason OR OLD.proposed_by IS DISTINCT FROM NEW.proposed_by OR OLD.proposed_at IS DISTINCT FROM NEW.proposed_at) EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_key_correction_change BEFORE UPDATE OR DELETE ON key_correction FOR EACH ROW WHEN (OLD.outcome IS NOT NULL) EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_regrade_change BEFORE UPDATE OR DELETE ON regrade FOR EACH ROW EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_regrade_truncate BEFORE TRUNCATE ON regrade FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()',
    ],
}


def upgrade() -> None:
    op.create_table('key_correction',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.Uuid(), nullable=False),
    sa.Column('question_set_id', sa.Integer(), nullable=False),
    sa.Column('item_key', sa.String(length=200), nullable=False),
    sa.Column('change', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('proposed_by', sa.Integer(), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('outcome', sa.Enum('CONFIRMED', 'DECLINED', 'WITHDRAWN', name='outcome', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('job_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("coalesce(outcome = 'WITHDRAWN', true) OR decided_by <> proposed_by", name=op.f('ck_key_correction_two_people')),
    sa.CheckConstraint('(outcome IS NULL) = (decided_at IS NULL) AND (outcome IS NULL) = (decided_by IS NULL)', name=op.f('ck_key_correction_decided_whole')),
    sa.ForeignKeyConstraint(['decided_by'], ['person.id'], name=op.f('fk_key_correction_decided_by')),
    sa.ForeignKeyConstraint(['proposed_by'], ['person.id'], name=op.f('fk_key_correction_proposed_by')),
    sa.ForeignKeyConstraint(['question_set_id'], ['question_set.id'], name=op.f('fk_key_correction_question_set_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_key_correction')),
    sa.UniqueConstraint('public_id', name='uq_key_correction_public_id')
    )
    with op.batch_alter_table('key_correction', schema=None) as batch_op:
        batch_op.create_index('ix_key_correction_question_set_id', ['question_set_id'], unique=False)
        batch_op.create_index('uq_key_correction_open', ['question_set_id', 'item_key'], unique=True, sqlite_where=sa.text('outcome IS NULL'), postgresql_where=sa.text('outcome IS NULL'))

    op.create_table('regrade',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('attempt_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('correction_id', sa.Integer(), nullable=False),
    sa.Column('score_before', sa.Numeric(precision=5, scale=2), nullable=False),
    sa.Column('score_after', sa.Numeric(precision=5, scale=2), nullable=False),
    sa.Column('marks', sa.Text(), nullable=False),
    sa.Column('pass_record_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('regraded_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('score_after >= score_before', name=op.f('ck_regrade_never_lower')),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_regrade_attempt_id')),
    sa.ForeignKeyConstraint(['correction_id'], ['key_correction.id'], name=op.f('fk_regrade_correction_id')),
    sa.ForeignKeyConstraint(['pass_record_id'], ['pass_record.id'], name=op.f('fk_regrade_pass_record_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_regrade')),
    sa.UniqueConstraint('attempt_id', 'correction_id', name='uq_regrade_attempt_id_correction_id')
    )
    with op.batch_alter_table('regrade', schema=None) as batch_op:
        batch_op.create_index('ix_regrade_correction_id', ['correction_id'], unique=False)

    op.create_index('ix_attempt_question_set_id_id', 'attempt', ['question_set_id', 'id'], unique=False)
    op.create_index('ix_decision_version_id_dilemma', 'decision', ['version_id', 'module_slug', 'dilemma_key'], unique=False)
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)



def downgrade() -> None:
    op.drop_index('ix_decision_version_id_dilemma', 'decision')
    op.drop_index('ix_attempt_question_set_id_id', 'attempt')

    with op.batch_alter_table('regrade', schema=None) as batch_op:
        batch_op.drop_index('ix_regrade_correction_id')

    op.drop_table('regrade')
    with op.batch_alter_table('key_correction', schema=None) as batch_op:
        batch_op.drop_index('uq_key_correction_open', sqlite_where=sa.text('outcome IS NULL'), postgresql_where=sa.text('outcome IS NULL'))
        batch_op.drop_index('ix_key_correction_question_set_id')

    op.drop_table('key_correction')
