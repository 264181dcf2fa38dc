"""the interface for machines: tokens of agencies, answers kept for requests that are sent again"""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

GUARDS = {
    "sqlite": [
        "CREATE TRIGGER guard_api_token_columns BEFORE UPDATE ON api_token WHEN OLD.public_id IS NOT NEW.public_id OR OLD.agency_id IS NOT NEW.agency_id OR OLD.name IS NOT NEW.name OR OLD.purpose IS NOT NEW.purpose OR OLD.scopes IS NOT NEW.scopes OR OLD.secret_hash IS NOT NEW.secret_hash OR OLD.hint IS NOT NEW.hint OR OLD.created_by IS NOT NEW.created_by OR OLD.created_at IS NOT NEW.created_at OR OLD.expires_at IS NOT NEW.expires_at BEGIN SELECT RAISE(ABORT, 'frozen: api_token'); END",
        "CREATE TRIGGER guard_api_token_update BEFORE UPDATE ON api_token WHEN OLD.revoked_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'frozen: api_token'); END",
        "CREATE TRIGGER guard_api_token_delete BEFORE DELETE ON api_token WHEN OLD.revoked_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'frozen: api_token'); END",
        "CREATE TRIGGER guard_api_kept_answer_columns BEFORE UPDATE ON api_kept_answer WHEN OLD.token_id IS NOT NEW.token_id OR OLD.key IS NOT NEW.key OR OLD.request_hash IS NOT NEW.request_hash BEGIN SELECT RAISE(ABORT, 'frozen: api_kept_answer'); END",
    ],
    "postgresql": [
        'CREATE TRIGGER guard_api_token_columns BEFORE UPDATE ON api_token FOR EACH ROW WHEN (OLD.public_id IS DISTINCT FROM NEW.public_id OR OLD.agency_id IS DISTINCT FROM NEW.agency_id OR OLD.name IS DISTINCT FROM NEW.name OR OLD.purpose IS DISTINCT FROM NEW.purpose OR OLD.scopes IS DISTINCT FROM NEW.scopes OR OLD.secret_hash IS DISTINCT FROM NEW.secret_hash OR OLD.hint IS DISTINCT FROM NEW.hint OR OLD.created_by IS DISTINCT FROM NEW.created_by OR OLD.created_at IS DISTINCT FROM NEW.created_at OR OLD.expires_at IS DISTINCT FROM NEW.expires_at) EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_api_token_change BEFORE UPDATE OR DELETE ON api_token FOR EACH ROW WHEN (OLD.revoked_at IS NOT NULL) EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_api_kept_answer_columns BEFORE UPDATE ON api_kept_answer FOR EACH ROW WHEN (OLD.token_id IS DISTINCT FROM NEW.token_id OR OLD.key IS DISTINCT FROM NEW.key OR OLD.request_hash IS DISTINCT FROM NEW.request_hash) EXECUTE FUNCTION netra_refuse()',
    ],
}


def upgrade() -> None:
    op.create_table('api_token',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=36), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('purpose', sa.String(length=60), nullable=False),
    sa.Column('scopes', sa.Text(), nullable=False),
    sa.Column('secret_hash', sa.String(length=64), nullable=False),
    sa.Column('hint', sa.String(length=8), nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_by', sa.Integer(), nullable=True),
    sa.CheckConstraint('(revoked_at IS NULL) = (revoked_by IS NULL)', name=op.f('ck_api_token_revoked_whole')),
    sa.CheckConstraint('expires_at > created_at', name=op.f('ck_api_token_period')),
    sa.ForeignKeyConstraint(['agency_id'], ['org_unit.id'], name=op.f('fk_api_token_agency_id')),
    sa.ForeignKeyConstraint(['created_by'], ['person.id'], name=op.f('fk_api_token_created_by')),
    sa.ForeignKeyConstraint(['revoked_by'], ['person.id'], name=op.f('fk_api_token_revoked_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_token')),
    sa.UniqueConstraint('public_id', name='uq_api_token_public_id'),
    sa.UniqueConstraint('secret_hash', name='uq_api_token_secret_hash'),
    info={'frozen': ['public_id', 'agency_id', 'name', 'purpose', 'scopes', 'secret_hash', 'hint', 'created_by', 'created_at', 'expires_at'], 'frozen_when': 'OLD.revoked_at IS NOT NULL'}
    )
    with op.batch_alter_table('api_token', schema=None) as batch_op:
        batch_op.create_index('ix_api_token_agency_id', ['agency_id'], unique=False)

    op.create_table('api_kept_answer',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('token_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=100), nullable=False),
    sa.Column('request_hash', sa.String(length=64), nullable=False),
    sa.Column('begun_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('headers', sa.Text(), nullable=True),
    sa.Column('body', sa.LargeBinary(), nullable=True),
    sa.CheckConstraint('(status IS NULL) = (body IS NULL)', name=op.f('ck_api_kept_answer_whole')),
    sa.ForeignKeyConstraint(['token_id'], ['api_token.id'], name=op.f('fk_api_kept_answer_token_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_kept_answer')),
    sa.UniqueConstraint('token_id', 'key', name='uq_api_kept_answer_token_id_key'),
    info={'frozen': ['token_id', 'key', 'request_hash']}
    )
    with op.batch_alter_table('api_kept_answer', schema=None) as batch_op:
        batch_op.create_index('ix_api_kept_answer_begun_at', ['begun_at'], unique=False)

    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table('api_kept_answer', schema=None) as batch_op:
        batch_op.drop_index('ix_api_kept_answer_begun_at')

    op.drop_table('api_kept_answer')
    with op.batch_alter_table('api_token', schema=None) as batch_op:
        batch_op.drop_index('ix_api_token_agency_id')

    op.drop_table('api_token')
