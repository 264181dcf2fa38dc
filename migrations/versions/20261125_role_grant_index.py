"""roles of a person, ended ones too, by index: every start of a quiz asks for them"""

from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_role_grant_person_id', 'role_grant', ['person_id'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_role_grant_person_id', 'role_grant')
