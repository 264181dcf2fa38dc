"""drafts of courses: saved texts, images, reviews by a second person"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

# Append-only: who is author of a draft can never become its approver.
GUARDS = {
    "sqlite": [
        "CREATE TRIGGER guard_draft_role_update BEFORE UPDATE ON draft_role BEGIN SELECT RAISE(ABORT, 'frozen: draft_role'); END",
        "CREATE TRIGGER guard_draft_role_delete BEFORE DELETE ON draft_role BEGIN SELECT RAISE(ABORT, 'frozen: draft_role'); END",
    ],
    "postgresql": [
        "CREATE TRIGGER guard_draft_role_change BEFORE UPDATE OR DELETE ON draft_role FOR EACH ROW EXECUTE FUNCTION netra_refuse()",
        "CREATE TRIGGER guard_draft_role_truncate BEFORE TRUNCATE ON draft_role FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()",
    ],
}


def upgrade() -> None:
    op.create_table('course_draft',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=36), nullable=False),
    sa.Column('course_key', sa.String(length=80), nullable=False),
    sa.Column('base_version_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.Enum('OPEN', 'IN_REVIEW', 'APPROVED', 'PUBLISHED', 'DROPPED', name='draftstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('opened_by', sa.Integer(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('published_version_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("(state IN ('PUBLISHED', 'DROPPED')) = (closed_at IS NOT NULL)", name=op.f('ck_course_draft_closed')),
    sa.ForeignKeyConstraint(['base_version_id'], ['course_version.id'], name=op.f('fk_course_draft_base_version_id')),
    sa.ForeignKeyConstraint(['opened_by'], ['person.id'], name=op.f('fk_course_draft_opened_by')),
    sa.ForeignKeyConstraint(['published_version_id'], ['course_version.id'], name=op.f('fk_course_draft_published_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_course_draft')),
    sa.UniqueConstraint('public_id', name='uq_course_draft_public_id')
    )
    with op.batch_alter_table('course_draft', schema=None) as batch_op:
        batch_op.create_index('uq_course_draft_open', ['course_key'], unique=True, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))

    op.create_table('draft_comment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('draft_id', sa.Integer(), nullable=False),
    sa.Column('path', sa.String(length=200), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('quote', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('written_by', sa.Integer(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_by', sa.Integer(), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['draft_id'], ['course_draft.id'], name=op.f('fk_draft_comment_draft_id')),
    sa.ForeignKeyConstraint(['settled_by'], ['person.id'], name=op.f('fk_draft_comment_settled_by')),
    sa.ForeignKeyConstraint(['written_by'], ['person.id'], name=op.f('fk_draft_comment_written_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_draft_comment'))
    )
    with op.batch_alter_table('draft_comment', schema=None) as batch_op:
        batch_op.create_index('ix_draft_comment_draft_id', ['draft_id'], unique=False)

    op.create_table('draft_image',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('draft_id', sa.Integer(), nullable=False),
    sa.Column('path', sa.String(length=200), nullable=False),
    sa.Column('alt', sa.String(length=300), nullable=False),
    sa.Column('mime', sa.String(length=40), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('added_by', sa.Integer(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['added_by'], ['person.id'], name=op.f('fk_draft_image_added_by')),
    sa.ForeignKeyConstraint(['draft_id'], ['course_draft.id'], name=op.f('fk_draft_image_draft_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_draft_image')),
    sa.UniqueConstraint('draft_id', 'path', name='uq_draft_image_draft_id_path')
    )
    op.create_table('draft_presence',
    sa.Column('draft_id', sa.Integer(), nullable=False),
    sa.Column('path', sa.String(length=200), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['draft_id'], ['course_draft.id'], name=op.f('fk_draft_presence_draft_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_draft_presence_person_id')),
    sa.PrimaryKeyConstraint('draft_id', 'path', 'person_id', name=op.f('pk_draft_presence'))
    )
    op.create_table('draft_revision',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('draft_id', sa.Integer(), nullable=False),
    sa.Column('path', sa.String(length=200), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('content', sa.Text(), nullable=True),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.Enum('AUTO', 'SAVED', 'FORM', 'IMPORTED', 'RESTORED', 'STARTED', name='savekind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('saved_by', sa.Integer(), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['draft_id'], ['course_draft.id'], name=op.f('fk_draft_revision_draft_id')),
    sa.ForeignKeyConstraint(['saved_by'], ['person.id'], name=op.f('fk_draft_revision_saved_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_draft_revision')),
    sa.UniqueConstraint('draft_id', 'path', 'number', name='uq_draft_revision_draft_id_path_number')
    )
    op.create_table('draft_role',
    sa.Column('draft_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.Enum('AUTHOR', 'APPROVER', name='duty', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['draft_id'], ['course_draft.id'], name=op.f('fk_draft_role_draft_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_draft_role_person_id')),
    sa.PrimaryKeyConstraint('draft_id', 'person_id', name=op.f('pk_draft_role')),
    sa.UniqueConstraint('draft_id', 'person_id', 'role', name='uq_draft_role_draft_id_person_id_role')
    )
    op.create_table('draft_review',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('draft_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('tree', sa.String(length=64), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('submitted_by', sa.Integer(), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('verdict', sa.Enum('APPROVED', 'RETURNED', 'WITHDRAWN', name='verdict', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('remark', sa.Text(), nullable=False),
    sa.Column('approved_by', sa.Integer(), nullable=True),
    sa.Column('approved_as', sa.Enum('AUTHOR', 'APPROVER', name='duty', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.CheckConstraint("coalesce(approved_as, 'APPROVER') = 'APPROVER'", name=op.f('ck_draft_review_approved_as')),
    sa.CheckConstraint("coalesce(verdict = 'APPROVED', false) = (approved_by IS NOT NULL)", name=op.f('ck_draft_review_approved')),
    sa.CheckConstraint('(approved_by IS NULL) = (approved_as IS NULL)', name=op.f('ck_draft_review_approved_whole')),
    sa.CheckConstraint('(verdict IS NULL) = (decided_at IS NULL)', name=op.f('ck_draft_review_decided')),
    sa.CheckConstraint('approved_by IS NULL OR approved_by <> submitted_by', name=op.f('ck_draft_review_two_people')),
    sa.ForeignKeyConstraint(['decided_by'], ['person.id'], name=op.f('fk_draft_review_decided_by')),
    sa.ForeignKeyConstraint(['draft_id', 'approved_by', 'approved_as'], ['draft_role.draft_id', 'draft_role.person_id', 'draft_role.role'], name='fk_draft_review_approver'),
    sa.ForeignKeyConstraint(['draft_id'], ['course_draft.id'], name=op.f('fk_draft_review_draft_id')),
    sa.ForeignKeyConstraint(['submitted_by'], ['person.id'], name=op.f('fk_draft_review_submitted_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_draft_review')),
    sa.UniqueConstraint('draft_id', 'number', name='uq_draft_review_draft_id_number')
    )
    # Plain ADD COLUMN: a rebuild of these tables on SQLite would lose their triggers.
    op.add_column('course_version', sa.Column('media', sa.Text(), server_default='[]', nullable=False))
    op.add_column('publish_log', sa.Column('passed_before', sa.DateTime(timezone=True), nullable=True))
    op.add_column('publish_log', sa.Column('note', sa.Text(), server_default='', nullable=False))
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_column('publish_log', 'note')
    op.drop_column('publish_log', 'passed_before')
    op.drop_column('course_version', 'media')
    op.drop_table('draft_review')
    op.drop_table('draft_role')
    op.drop_table('draft_revision')
    op.drop_table('draft_presence')
    op.drop_table('draft_image')
    with op.batch_alter_table('draft_comment', schema=None) as batch_op:
        batch_op.drop_index('ix_draft_comment_draft_id')

    op.drop_table('draft_comment')
    with op.batch_alter_table('course_draft', schema=None) as batch_op:
        batch_op.drop_index('uq_course_draft_open', sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))

    op.drop_table('course_draft')
