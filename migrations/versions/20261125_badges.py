"""open badges: public keys, places in status lists, signed badges and lists"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


GUARDS = {
    "sqlite": [
        "CREATE TRIGGER guard_badge_key_columns BEFORE UPDATE ON badge_key WHEN OLD.name IS NOT NEW.name OR OLD.kind IS NOT NEW.kind OR OLD.public IS NOT NEW.public OR OLD.created_at IS NOT NEW.created_at BEGIN SELECT RAISE(ABORT, 'frozen: badge_key'); END",
        "CREATE TRIGGER guard_badge_key_update BEFORE UPDATE ON badge_key WHEN OLD.distrusted_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'frozen: badge_key'); END",
        "CREATE TRIGGER guard_badge_key_delete BEFORE DELETE ON badge_key WHEN OLD.distrusted_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'frozen: badge_key'); END",
        "CREATE TRIGGER guard_badge_place_update BEFORE UPDATE ON badge_place BEGIN SELECT RAISE(ABORT, 'frozen: badge_place'); END",
        "CREATE TRIGGER guard_badge_place_delete BEFORE DELETE ON badge_place BEGIN SELECT RAISE(ABORT, 'frozen: badge_place'); END",
        "CREATE TRIGGER guard_badge_update BEFORE UPDATE ON badge BEGIN SELECT RAISE(ABORT, 'frozen: badge'); END",
        "CREATE TRIGGER guard_badge_delete BEFORE DELETE ON badge BEGIN SELECT RAISE(ABORT, 'frozen: badge'); END",
        "CREATE TRIGGER guard_badge_status_list_update BEFORE UPDATE ON badge_status_list BEGIN SELECT RAISE(ABORT, 'frozen: badge_status_list'); END",
        "CREATE TRIGGER guard_badge_status_list_delete BEFORE DELETE ON badge_status_list BEGIN SELECT RAISE(ABORT, 'frozen: badge_status_list'); END",
    ],
    "postgresql": [
        'CREATE TRIGGER guard_badge_key_columns BEFORE UPDATE ON badge_key FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name OR OLD.kind IS DISTINCT FROM NEW.kind OR OLD.public IS DISTINCT FROM NEW.public OR OLD.created_at IS DISTINCT FROM NEW.created_at) EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_badge_key_change BEFORE UPDATE OR DELETE ON badge_key FOR EACH ROW WHEN (OLD.distrusted_at IS NOT NULL) EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_badge_place_change BEFORE UPDATE OR DELETE ON badge_place FOR EACH ROW EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_badge_place_truncate BEFORE TRUNCATE ON badge_place FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_badge_change BEFORE UPDATE OR DELETE ON badge FOR EACH ROW EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_badge_truncate BEFORE TRUNCATE ON badge FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_badge_status_list_change BEFORE UPDATE OR DELETE ON badge_status_list FOR EACH ROW EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_badge_status_list_truncate BEFORE TRUNCATE ON badge_status_list FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()',
    ],
}


def upgrade() -> None:
    op.create_table('badge_key',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=16), nullable=False),
    sa.Column('kind', sa.Enum('ED25519', 'RSA', name='keykind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('public', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('distrusted_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_badge_key')),
    sa.UniqueConstraint('name', name='uq_badge_key_name'),
    info={'frozen': ['name', 'kind', 'public', 'created_at'], 'frozen_when': 'OLD.distrusted_at IS NOT NULL'}
    )
    op.create_table('badge_status_list',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('list_no', sa.Integer(), nullable=False),
    sa.Column('taken_back', sa.Integer(), nullable=False),
    sa.Column('key_id', sa.Integer(), nullable=False),
    sa.Column('credential', sa.Text(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['key_id'], ['badge_key.id'], name=op.f('fk_badge_status_list_key_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_badge_status_list')),
    info={'append_only': True}
    )
    with op.batch_alter_table('badge_status_list', schema=None) as batch_op:
        batch_op.create_index('ix_badge_status_list_list_no_id', ['list_no', 'id'], unique=False)

    op.create_table('badge',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('certificate_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key_id', sa.Integer(), nullable=False),
    sa.Column('jwt_key_id', sa.Integer(), nullable=False),
    sa.Column('credential', sa.Text(), nullable=False),
    sa.Column('jwt', sa.Text(), nullable=False),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['certificate_id'], ['certificate.id'], name=op.f('fk_badge_certificate_id')),
    sa.ForeignKeyConstraint(['jwt_key_id'], ['badge_key.id'], name=op.f('fk_badge_jwt_key_id')),
    sa.ForeignKeyConstraint(['key_id'], ['badge_key.id'], name=op.f('fk_badge_key_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_badge')),
    sa.UniqueConstraint('certificate_id', 'key_id', 'jwt_key_id', name='uq_badge_certificate_id_keys'),
    info={'append_only': True}
    )
    op.create_table('badge_place',
    sa.Column('certificate_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('list_no', sa.Integer(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.CheckConstraint('list_no >= 1 AND place BETWEEN 0 AND 131071', name=op.f('ck_badge_place_inside')),
    sa.ForeignKeyConstraint(['certificate_id'], ['certificate.id'], name=op.f('fk_badge_place_certificate_id')),
    sa.PrimaryKeyConstraint('certificate_id', name=op.f('pk_badge_place')),
    sa.UniqueConstraint('list_no', 'place', name='uq_badge_place_list_no_place'),
    info={'append_only': True}
    )
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table('badge_place')
    op.drop_table('badge')
    with op.batch_alter_table('badge_status_list', schema=None) as batch_op:
        batch_op.drop_index('ix_badge_status_list_list_no_id')

    op.drop_table('badge_status_list')
    op.drop_table('badge_key')
