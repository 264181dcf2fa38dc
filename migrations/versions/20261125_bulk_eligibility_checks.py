"""bulk eligibility checks: lists, answers in parts, receipts"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

GUARDS = {
    "sqlite": [
        "CREATE TRIGGER guard_eligibility_check_columns BEFORE UPDATE ON eligibility_check WHEN OLD.public_id IS NOT NEW.public_id OR OLD.filename IS NOT NEW.filename OR OLD.rule_id IS NOT NEW.rule_id OR OLD.as_of IS NOT NEW.as_of OR OLD.known_at IS NOT NEW.known_at OR OLD.scope_path IS NOT NEW.scope_path OR OLD.made_by IS NOT NEW.made_by OR OLD.made_at IS NOT NEW.made_at OR OLD.again_of IS NOT NEW.again_of BEGIN SELECT RAISE(ABORT, 'frozen: eligibility_check'); END",
        "CREATE TRIGGER guard_eligibility_check_update BEFORE UPDATE ON eligibility_check WHEN OLD.state <> 'WAITING' BEGIN SELECT RAISE(ABORT, 'frozen: eligibility_check'); END",
        "CREATE TRIGGER guard_eligibility_check_delete BEFORE DELETE ON eligibility_check WHEN OLD.state <> 'WAITING' BEGIN SELECT RAISE(ABORT, 'frozen: eligibility_check'); END",
        "CREATE TRIGGER guard_eligibility_check_part_update BEFORE UPDATE ON eligibility_check_part BEGIN SELECT RAISE(ABORT, 'frozen: eligibility_check_part'); END",
        "CREATE TRIGGER guard_eligibility_check_part_delete BEFORE DELETE ON eligibility_check_part BEGIN SELECT RAISE(ABORT, 'frozen: eligibility_check_part'); END",
        "CREATE TRIGGER guard_eligibility_receipt_update BEFORE UPDATE ON eligibility_receipt BEGIN SELECT RAISE(ABORT, 'frozen: eligibility_receipt'); END",
        "CREATE TRIGGER guard_eligibility_receipt_delete BEFORE DELETE ON eligibility_receipt BEGIN SELECT RAISE(ABORT, 'frozen: eligibility_receipt'); END",
    ],
    "postgresql": [
        'CREATE TRIGGER guard_eligibility_check_columns BEFORE UPDATE ON eligibility_check FOR EACH ROW WHEN (OLD.public_id IS DISTINCT FROM NEW.public_id OR OLD.filename IS DISTINCT FROM NEW.filename OR OLD.rule_id IS DISTINCT FROM NEW.rule_id OR OLD.as_of IS DISTINCT FROM NEW.as_of OR OLD.known_at IS DISTINCT FROM NEW.known_at OR OLD.scope_path IS DISTINCT FROM NEW.scope_path OR OLD.made_by IS DISTINCT FROM NEW.made_by OR OLD.made_at IS DISTINCT FROM NEW.made_at OR OLD.again_of IS DISTINCT FROM NEW.again_of) EXECUTE FUNCTION netra_refuse()',
        "CREATE TRIGGER guard_eligibility_check_change BEFORE UPDATE OR DELETE ON eligibility_check FOR EACH ROW WHEN (OLD.state <> 'WAITING') EXECUTE FUNCTION netra_refuse()",
        'CREATE TRIGGER guard_eligibility_check_part_change BEFORE UPDATE OR DELETE ON eligibility_check_part FOR EACH ROW EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_eligibility_check_part_truncate BEFORE TRUNCATE ON eligibility_check_part FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_eligibility_receipt_change BEFORE UPDATE OR DELETE ON eligibility_receipt FOR EACH ROW EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_eligibility_receipt_truncate BEFORE TRUNCATE ON eligibility_receipt FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()',
    ],
}


def upgrade() -> None:
    op.create_table('eligibility_check',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=36), nullable=False),
    sa.Column('state', sa.Enum('WAITING', 'DONE', 'REFUSED', name='checkstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('filename', sa.String(length=120), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('rule_id', sa.Integer(), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('known_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('scope_path', sa.String(length=400).with_variant(sa.String(length=400, collation='C'), 'postgresql'), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('again_of', sa.Integer(), nullable=True),
    sa.Column('problem', sa.Text(), nullable=True),
    sa.Column('job_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['again_of'], ['eligibility_check.id'], name=op.f('fk_eligibility_check_again_of')),
    sa.ForeignKeyConstraint(['made_by'], ['person.id'], name=op.f('fk_eligibility_check_made_by')),
    sa.ForeignKeyConstraint(['rule_id'], ['promotion_rule_version.id'], name=op.f('fk_eligibility_check_rule_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_eligibility_check')),
    sa.UniqueConstraint('public_id', name='uq_eligibility_check_public_id'),
    info={'frozen': ['public_id', 'filename', 'rule_id', 'as_of', 'known_at', 'scope_path', 'made_by', 'made_at', 'again_of'], 'frozen_when': "OLD.state <> 'WAITING'"}
    )
    with op.batch_alter_table('eligibility_check', schema=None) as batch_op:
        batch_op.create_index('ix_eligibility_check_made_by', ['made_by'], unique=False)
        batch_op.create_index('ix_eligibility_check_scope_path', ['scope_path'], unique=False)

    op.create_table('eligibility_check_part',
    sa.Column('check_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('lines', sa.Integer(), nullable=False),
    sa.Column('counts', sa.Text(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint('number >= 0 AND lines > 0', name=op.f('ck_eligibility_check_part_number')),
    sa.ForeignKeyConstraint(['check_id'], ['eligibility_check.id'], name=op.f('fk_eligibility_check_part_check_id')),
    sa.PrimaryKeyConstraint('check_id', 'number', name=op.f('pk_eligibility_check_part')),
    info={'append_only': True}
    )
    op.create_table('eligibility_receipt',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('check_id', sa.Integer(), nullable=False),
    sa.Column('agency_name', sa.String(length=160), nullable=False),
    sa.Column('rule_id', sa.Integer(), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('known_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lines', sa.Integer(), nullable=False),
    sa.Column('counts', sa.Text(), nullable=False),
    sa.Column('form', sa.String(length=20), nullable=False),
    sa.Column('result_hash', sa.String(length=64), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['check_id'], ['eligibility_check.id'], name=op.f('fk_eligibility_receipt_check_id')),
    sa.ForeignKeyConstraint(['rule_id'], ['promotion_rule_version.id'], name=op.f('fk_eligibility_receipt_rule_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_eligibility_receipt')),
    sa.UniqueConstraint('check_id', name='uq_eligibility_receipt_check_id'),
    sa.UniqueConstraint('code', name='uq_eligibility_receipt_code'),
    sa.UniqueConstraint('number', name='uq_eligibility_receipt_number'),
    info={'append_only': True}
    )
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table('eligibility_receipt')
    op.drop_table('eligibility_check_part')
    with op.batch_alter_table('eligibility_check', schema=None) as batch_op:
        batch_op.drop_index('ix_eligibility_check_scope_path')
        batch_op.drop_index('ix_eligibility_check_made_by')

    op.drop_table('eligibility_check')
