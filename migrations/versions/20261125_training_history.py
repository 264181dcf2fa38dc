"""training history: batches for the national system, and a receipt for each certificate"""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

GUARDS = {
    "sqlite": [
        "CREATE TRIGGER guard_history_submission_columns BEFORE UPDATE ON history_submission WHEN OLD.public_id IS NOT NEW.public_id OR OLD.agency_id IS NOT NEW.agency_id OR OLD.destination IS NOT NEW.destination OR OLD.purpose IS NOT NEW.purpose OR OLD.made_by IS NOT NEW.made_by OR OLD.made_at IS NOT NEW.made_at BEGIN SELECT RAISE(ABORT, 'frozen: history_submission'); END",
        "CREATE TRIGGER guard_history_submission_update BEFORE UPDATE ON history_submission WHEN OLD.state = 'HANDED_OVER' BEGIN SELECT RAISE(ABORT, 'frozen: history_submission'); END",
        "CREATE TRIGGER guard_history_submission_delete BEFORE DELETE ON history_submission WHEN OLD.state = 'HANDED_OVER' BEGIN SELECT RAISE(ABORT, 'frozen: history_submission'); END",
        "CREATE TRIGGER guard_history_line_columns BEFORE UPDATE ON history_line WHEN OLD.submission_id IS NOT NEW.submission_id OR OLD.destination IS NOT NEW.destination OR OLD.certificate_id IS NOT NEW.certificate_id BEGIN SELECT RAISE(ABORT, 'frozen: history_line'); END",
        "CREATE TRIGGER guard_history_line_update BEFORE UPDATE ON history_line WHEN OLD.receipt IS NOT NULL BEGIN SELECT RAISE(ABORT, 'frozen: history_line'); END",
        "CREATE TRIGGER guard_history_line_delete BEFORE DELETE ON history_line WHEN OLD.receipt IS NOT NULL BEGIN SELECT RAISE(ABORT, 'frozen: history_line'); END",
    ],
    "postgresql": [
        'CREATE TRIGGER guard_history_submission_columns BEFORE UPDATE ON history_submission FOR EACH ROW WHEN (OLD.public_id IS DISTINCT FROM NEW.public_id OR OLD.agency_id IS DISTINCT FROM NEW.agency_id OR OLD.destination IS DISTINCT FROM NEW.destination OR OLD.purpose IS DISTINCT FROM NEW.purpose OR OLD.made_by IS DISTINCT FROM NEW.made_by OR OLD.made_at IS DISTINCT FROM NEW.made_at) EXECUTE FUNCTION netra_refuse()',
        "CREATE TRIGGER guard_history_submission_change BEFORE UPDATE OR DELETE ON history_submission FOR EACH ROW WHEN (OLD.state = 'HANDED_OVER') EXECUTE FUNCTION netra_refuse()",
        'CREATE TRIGGER guard_history_line_columns BEFORE UPDATE ON history_line FOR EACH ROW WHEN (OLD.submission_id IS DISTINCT FROM NEW.submission_id OR OLD.destination IS DISTINCT FROM NEW.destination OR OLD.certificate_id IS DISTINCT FROM NEW.certificate_id) EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_history_line_change BEFORE UPDATE OR DELETE ON history_line FOR EACH ROW WHEN (OLD.receipt IS NOT NULL) EXECUTE FUNCTION netra_refuse()',
    ],
}


def upgrade() -> None:
    op.create_table('history_submission',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=36), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('destination', sa.String(length=20), nullable=False),
    sa.Column('purpose', sa.String(length=80), nullable=False),
    sa.Column('state', sa.Enum('WAITING', 'HANDED_OVER', 'FAILED', name='submissionstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('handed_over_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('problem', sa.String(length=200), nullable=False),
    sa.CheckConstraint("(state = 'HANDED_OVER') = (handed_over_at IS NOT NULL)", name=op.f('ck_history_submission_handed_over')),
    sa.ForeignKeyConstraint(['agency_id'], ['org_unit.id'], name=op.f('fk_history_submission_agency_id')),
    sa.ForeignKeyConstraint(['made_by'], ['person.id'], name=op.f('fk_history_submission_made_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_history_submission')),
    sa.UniqueConstraint('public_id', name='uq_history_submission_public_id'),
    info={'frozen': ['public_id', 'agency_id', 'destination', 'purpose', 'made_by', 'made_at'], 'frozen_when': "OLD.state = 'HANDED_OVER'"}
    )
    with op.batch_alter_table('history_submission', schema=None) as batch_op:
        batch_op.create_index('ix_history_submission_agency_id', ['agency_id'], unique=False)

    op.create_table('history_line',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('submission_id', sa.Integer(), nullable=False),
    sa.Column('destination', sa.String(length=20), nullable=False),
    sa.Column('certificate_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('receipt', sa.String(length=100), nullable=True),
    sa.ForeignKeyConstraint(['certificate_id'], ['certificate.id'], name=op.f('fk_history_line_certificate_id')),
    sa.ForeignKeyConstraint(['submission_id'], ['history_submission.id'], name=op.f('fk_history_line_submission_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_history_line')),
    sa.UniqueConstraint('destination', 'certificate_id', name='uq_history_line_destination_certificate_id'),
    info={'frozen': ['submission_id', 'destination', 'certificate_id'], 'frozen_when': 'OLD.receipt IS NOT NULL'}
    )
    with op.batch_alter_table('history_line', schema=None) as batch_op:
        batch_op.create_index('ix_history_line_submission_id', ['submission_id'], unique=False)

    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table('history_line', schema=None) as batch_op:
        batch_op.drop_index('ix_history_line_submission_id')

    op.drop_table('history_line')
    with op.batch_alter_table('history_submission', schema=None) as batch_op:
        batch_op.drop_index('ix_history_submission_agency_id')

    op.drop_table('history_submission')
