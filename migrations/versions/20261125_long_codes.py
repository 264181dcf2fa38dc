"""verification codes of thirty symbols beside those of sixteen"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

LENGTHS = 'length(code) IN (16, 30)'
# SQLite widens a column by building the table anew, and its guards go with the old one.
SQLITE_GUARDS = [
    "CREATE TRIGGER guard_certificate_update BEFORE UPDATE ON certificate BEGIN SELECT RAISE(ABORT, 'frozen: certificate'); END",
    "CREATE TRIGGER guard_certificate_delete BEFORE DELETE ON certificate BEGIN SELECT RAISE(ABORT, 'frozen: certificate'); END",
]


def _change(old: int, new: int, check: str) -> None:
    sqlite = op.get_bind().dialect.name == 'sqlite'
    with op.batch_alter_table('certificate', schema=None) as batch_op:
        if not sqlite:  # the batch of SQLite leaves checks behind by itself
            batch_op.drop_constraint(op.f('ck_certificate_code_length'), type_='check')
        batch_op.alter_column('code', existing_type=sa.String(length=old), type_=sa.String(length=new), existing_nullable=False)
        batch_op.create_check_constraint(op.f('ck_certificate_code_length'), check)
    if sqlite:
        for statement in SQLITE_GUARDS:
            op.execute(statement)


def upgrade() -> None:
    _change(16, 30, LENGTHS)


def downgrade() -> None:
    # Fails, rightly, once a certificate with a long code exists: what is printed cannot be shortened.
    _change(30, 16, 'length(code) = 16')
