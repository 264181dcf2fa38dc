"""papers of receipts: what they say, frozen, and the file that was signed"""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None

TABLES = ("receipt_document", "receipt_paper")
GUARDS = {
    "sqlite": [
        "CREATE TRIGGER guard_receipt_document_update BEFORE UPDATE ON receipt_document BEGIN SELECT RAISE(ABORT, 'frozen: receipt_document'); END",
        "CREATE TRIGGER guard_receipt_document_delete BEFORE DELETE ON receipt_document BEGIN SELECT RAISE(ABORT, 'frozen: receipt_document'); END",
        "CREATE TRIGGER guard_receipt_paper_update BEFORE UPDATE ON receipt_paper BEGIN SELECT RAISE(ABORT, 'frozen: receipt_paper'); END",
        "CREATE TRIGGER guard_receipt_paper_delete BEFORE DELETE ON receipt_paper BEGIN SELECT RAISE(ABORT, 'frozen: receipt_paper'); END",
    ],
    "postgresql": [
        'CREATE TRIGGER guard_receipt_document_change BEFORE UPDATE OR DELETE ON receipt_document FOR EACH ROW EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_receipt_document_truncate BEFORE TRUNCATE ON receipt_document FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_receipt_paper_change BEFORE UPDATE OR DELETE ON receipt_paper FOR EACH ROW EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_receipt_paper_truncate BEFORE TRUNCATE ON receipt_paper FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()',
    ],
}


def upgrade() -> None:
    op.create_table('receipt_paper',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('ELIGIBILITY', 'CERTIFICATES', name='receiptkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('eligibility_receipt_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('verification_receipt_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('number', sa.String(length=60), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('template', sa.String(length=12), nullable=False),
    sa.Column('payload', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(kind = 'ELIGIBILITY') = (eligibility_receipt_id IS NOT NULL) AND (kind = 'CERTIFICATES') = (verification_receipt_id IS NOT NULL)", name=op.f('ck_receipt_paper_one_receipt')),
    sa.ForeignKeyConstraint(['eligibility_receipt_id'], ['eligibility_receipt.id'], name=op.f('fk_receipt_paper_eligibility_receipt_id')),
    sa.ForeignKeyConstraint(['verification_receipt_id'], ['verification_receipt.id'], name=op.f('fk_receipt_paper_verification_receipt_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_receipt_paper')),
    sa.UniqueConstraint('number', name='uq_receipt_paper_number'),
    sa.UniqueConstraint('code', name='uq_receipt_paper_code'),
    sa.UniqueConstraint('eligibility_receipt_id', name='uq_receipt_paper_eligibility_receipt_id'),
    sa.UniqueConstraint('verification_receipt_id', name='uq_receipt_paper_verification_receipt_id'),
    info={'append_only': True}
    )
    op.create_table('receipt_document',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('paper_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('renderer', sa.String(length=60), nullable=False),
    sa.Column('signer_id', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint('length(content) = size', name=op.f('ck_receipt_document_size')),
    sa.ForeignKeyConstraint(['paper_id'], ['receipt_paper.id'], name=op.f('fk_receipt_document_paper_id')),
    sa.ForeignKeyConstraint(['signer_id'], ['signer_certificate.id'], name=op.f('fk_receipt_document_signer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_receipt_document')),
    sa.UniqueConstraint('paper_id', name='uq_receipt_document_paper_id'),
    sa.UniqueConstraint('sha256', name='uq_receipt_document_sha256'),
    info={'append_only': True}
    )
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
