"""webhooks: subscriptions of agencies and the outbox of messages to them"""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

GUARDS = {
    "sqlite": [
        "CREATE TRIGGER guard_webhook_columns BEFORE UPDATE ON webhook WHEN OLD.public_id IS NOT NEW.public_id OR OLD.agency_id IS NOT NEW.agency_id OR OLD.url IS NOT NEW.url OR OLD.kinds IS NOT NEW.kinds OR OLD.created_by IS NOT NEW.created_by OR OLD.created_at IS NOT NEW.created_at BEGIN SELECT RAISE(ABORT, 'frozen: webhook'); END",
        "CREATE TRIGGER guard_webhook_update BEFORE UPDATE ON webhook WHEN OLD.ended_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'frozen: webhook'); END",
        "CREATE TRIGGER guard_webhook_delete BEFORE DELETE ON webhook WHEN OLD.ended_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'frozen: webhook'); END",
        "CREATE TRIGGER guard_webhook_message_columns BEFORE UPDATE ON webhook_message WHEN OLD.public_id IS NOT NEW.public_id OR OLD.webhook_id IS NOT NEW.webhook_id OR OLD.kind IS NOT NEW.kind OR OLD.body IS NOT NEW.body OR OLD.created_at IS NOT NEW.created_at BEGIN SELECT RAISE(ABORT, 'frozen: webhook_message'); END",
    ],
    "postgresql": [
        'CREATE TRIGGER guard_webhook_columns BEFORE UPDATE ON webhook FOR EACH ROW WHEN (OLD.public_id IS DISTINCT FROM NEW.public_id OR OLD.agency_id IS DISTINCT FROM NEW.agency_id OR OLD.url IS DISTINCT FROM NEW.url OR OLD.kinds IS DISTINCT FROM NEW.kinds OR OLD.created_by IS DISTINCT FROM NEW.created_by OR OLD.created_at IS DISTINCT FROM NEW.created_at) EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_webhook_change BEFORE UPDATE OR DELETE ON webhook FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_webhook_message_columns BEFORE UPDATE ON webhook_message FOR EACH ROW WHEN (OLD.public_id IS DISTINCT FROM NEW.public_id OR OLD.webhook_id IS DISTINCT FROM NEW.webhook_id OR OLD.kind IS DISTINCT FROM NEW.kind OR OLD.body IS DISTINCT FROM NEW.body OR OLD.created_at IS DISTINCT FROM NEW.created_at) EXECUTE FUNCTION netra_refuse()',
    ],
}


def upgrade() -> None:
    op.create_table('webhook',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=36), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('url', sa.String(length=500), nullable=False),
    sa.Column('kinds', sa.Text(), nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by', sa.Integer(), nullable=True),
    sa.CheckConstraint("url LIKE 'https://%'", name=op.f('ck_webhook_https')),
    sa.CheckConstraint('(ended_at IS NULL) = (ended_by IS NULL)', name=op.f('ck_webhook_ended_whole')),
    sa.ForeignKeyConstraint(['agency_id'], ['org_unit.id'], name=op.f('fk_webhook_agency_id')),
    sa.ForeignKeyConstraint(['created_by'], ['person.id'], name=op.f('fk_webhook_created_by')),
    sa.ForeignKeyConstraint(['ended_by'], ['person.id'], name=op.f('fk_webhook_ended_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook')),
    sa.UniqueConstraint('public_id', name='uq_webhook_public_id'),
    info={'frozen': ['public_id', 'agency_id', 'url', 'kinds', 'created_by', 'created_at'], 'frozen_when': 'OLD.ended_at IS NOT NULL'}
    )
    with op.batch_alter_table('webhook', schema=None) as batch_op:
        batch_op.create_index('ix_webhook_agency_id', ['agency_id'], unique=False)

    op.create_table('webhook_message',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=36), nullable=False),
    sa.Column('webhook_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('certificate.issued', 'certificate.superseded', 'certificate.revoked', 'ping', name='hookkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('last_try_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_status', sa.Integer(), nullable=True),
    sa.Column('last_problem', sa.String(length=40), nullable=False),
    sa.Column('next_try_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('given_up_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('taken_at IS NULL OR given_up_at IS NULL', name=op.f('ck_webhook_message_one_end')),
    sa.ForeignKeyConstraint(['webhook_id'], ['webhook.id'], name=op.f('fk_webhook_message_webhook_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_message')),
    sa.UniqueConstraint('public_id', name='uq_webhook_message_public_id'),
    info={'frozen': ['public_id', 'webhook_id', 'kind', 'body', 'created_at']}
    )
    with op.batch_alter_table('webhook_message', schema=None) as batch_op:
        batch_op.create_index('ix_webhook_message_webhook_id_id', ['webhook_id', 'id'], unique=False)

    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table('webhook_message', schema=None) as batch_op:
        batch_op.drop_index('ix_webhook_message_webhook_id_id')

    op.drop_table('webhook_message')
    with op.batch_alter_table('webhook', schema=None) as batch_op:
        batch_op.drop_index('ix_webhook_agency_id')

    op.drop_table('webhook')
