"""invitations, committee, moderation, goals and the outbox

Revision: 0002, after 0001
"""

import re

import sqlalchemy as sa
import sqlmodel
from alembic import op

import store.tables.columns

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

STATES = (
    'proposed', 'shortlisted', 'approved', 'invited', 'accepted', 'declined', 'silent', 'rejected',
    'deferred',
)
ACTIONS = (
    'shortlist', 'approve', 'invite', 'accept', 'decline', 'silence', 'reject', 'defer', 'reopen',
    'note', 'assign',
)
KINDS = ('do_not_contact', 'erased', 'deleted', 'unsubscribed', 'name')


def upgrade() -> None:
    op.create_table('occurrence',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('job', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('subject', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('day', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('timezone', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('state', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('since', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.Column('until', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.Column('at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.CheckConstraint("state IN ('done', 'skipped', 'missed')", name='state_is_known'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('job', 'subject', 'day', name='one_occurrence_per_day')
    )
    op.create_table('person',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('made_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('made_at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('template',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('language', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('subject', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('body', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('made_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('made_at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('invitation', 'reply')", name='kind_is_known'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('kind', 'language', 'version', name='one_template_per_version')
    )
    op.create_table('committee',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('brand_id', sa.Integer(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('made_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('made_at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.Column('closed_at', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['brand_id'], ['brand.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('name')
    )
    with op.batch_alter_table('committee', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_committee_brand_id'), ['brand_id'], unique=False)

    op.create_table('context_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('brand_id', sa.Integer(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('title', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('starts_at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.Column('ends_at', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.Column('noted_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('noted_at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('launch', 'outage', 'price', 'press', 'campaign', 'other')", name='kind_is_known'),
    sa.ForeignKeyConstraint(['brand_id'], ['brand.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('context_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_context_event_brand_id'), ['brand_id'], unique=False)

    op.create_table('goal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('brand_id', sa.Integer(), nullable=False),
    sa.Column('title', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('kpi', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('level', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('direction', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('owner', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('benefit_customer', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('benefit_company', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('baseline', sa.JSON(), nullable=False),
    sa.Column('target', sa.Float(), nullable=False),
    sa.Column('stretch', sa.Float(), nullable=True),
    sa.Column('status_every', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('starts_at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.Column('ends_at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.Column('made_at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.Column('closed_at', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.Column('closed_why', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.CheckConstraint("direction IN ('up', 'down')", name='direction_is_known'),
    sa.CheckConstraint("level IN ('strategic', 'tactical')", name='level_is_known'),
    sa.CheckConstraint("status_every IN ('day', 'week', 'month', 'year')", name='status_every_is_known'),
    sa.ForeignKeyConstraint(['brand_id'], ['brand.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('goal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_goal_brand_id'), ['brand_id'], unique=False)

    op.create_table('ledger_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('brand_id', sa.Integer(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('what', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('low_cents', sa.Integer(), nullable=False),
    sa.Column('amount_cents', sa.Integer(), nullable=False),
    sa.Column('high_cents', sa.Integer(), nullable=False),
    sa.Column('currency', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('confidence', sa.Float(), nullable=False),
    sa.Column('at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.Column('entered_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('entered_at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.Column('cancelled_at', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.Column('cancelled_why', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.CheckConstraint("kind IN ('cost', 'benefit')", name='kind_is_known'),
    sa.CheckConstraint('amount_cents >= 0', name='amount_cents_is_a_count'),
    sa.CheckConstraint('confidence >= 0 AND confidence <= 1', name='confidence_is_a_share'),
    sa.CheckConstraint('high_cents >= 0', name='high_cents_is_a_count'),
    sa.CheckConstraint('low_cents >= 0', name='low_cents_is_a_count'),
    sa.ForeignKeyConstraint(['brand_id'], ['brand.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('ledger_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ledger_entry_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_ledger_entry_brand_id'), ['brand_id'], unique=False)

    op.create_table('reset',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('brand_id', sa.Integer(), nullable=False),
    sa.Column('owner', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('escalate_to', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('due_at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.Column('every_months', sa.Integer(), nullable=False),
    sa.Column('phase', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('evidence', sa.JSON(), nullable=False),
    sa.Column('findings', sa.JSON(), nullable=False),
    sa.Column('decisions', sa.JSON(), nullable=False),
    sa.Column('opened_at', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.Column('closed_at', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.Column('closed_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('next_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("phase IN ('reach', 'understanding', 'reset', 'closed')", name='phase_is_known'),
    sa.CheckConstraint('every_months >= 0', name='every_months_is_a_count'),
    sa.ForeignKeyConstraint(['brand_id'], ['brand.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['next_id'], ['reset.id'], ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('reset', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reset_brand_id'), ['brand_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reset_next_id'), ['next_id'], unique=False)

    op.create_table('address',
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('address', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('basis', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('noted_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('noted_at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['author.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('author_id')
    )
    op.create_table('alert',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('brand_id', sa.Integer(), nullable=False),
    sa.Column('series', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('day', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.Column('expected', sa.Float(), nullable=False),
    sa.Column('p', sa.Float(), nullable=False),
    sa.Column('theme_id', sa.Integer(), nullable=True),
    sa.Column('posts', sa.JSON(), nullable=False),
    sa.Column('raised_at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.Column('seen_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('seen_at', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.CheckConstraint('count >= 0', name='count_is_a_count'),
    sa.CheckConstraint('people >= 0', name='people_is_a_count'),
    sa.ForeignKeyConstraint(['brand_id'], ['brand.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('brand_id', 'series', 'day', name='one_alert_per_day')
    )
    with op.batch_alter_table('alert', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_alert_brand_id'), ['brand_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_alert_theme_id'), ['theme_id'], unique=False)

    op.create_table('charter',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('committee_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('purpose', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('hours_a_year', sa.Float(), nullable=False),
    sa.Column('meetings_a_year', sa.Integer(), nullable=False),
    sa.Column('cadence', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('compensation', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('seniors', sa.JSON(), nullable=False),
    sa.Column('answer_days', sa.Integer(), nullable=False),
    sa.Column('published_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('published_at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.CheckConstraint('answer_days >= 0', name='answer_days_is_a_count'),
    sa.CheckConstraint('hours_a_year >= 0', name='hours_a_year_is_a_count'),
    sa.CheckConstraint('meetings_a_year >= 0', name='meetings_a_year_is_a_count'),
    sa.ForeignKeyConstraint(['committee_id'], ['committee.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('committee_id', 'version', name='one_charter_per_version')
    )
    with op.batch_alter_table('charter', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_charter_committee_id'), ['committee_id'], unique=False)

    op.create_table('customer_value',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('brand_id', sa.Integer(), nullable=False),
    sa.Column('tier', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('value_cents', sa.Integer(), nullable=True),
    sa.Column('currency', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('as_of', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.Column('origin', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.CheckConstraint("tier IN ('initial', 'repeat', 'advance')", name='tier_is_known'),
    sa.ForeignKeyConstraint(['author_id'], ['author.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['brand_id'], ['brand.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('author_id', 'brand_id', 'as_of', name='one_value_per_day')
    )
    with op.batch_alter_table('customer_value', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_customer_value_author_id'), ['author_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_customer_value_brand_id'), ['brand_id'], unique=False)

    op.create_table('goal_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('goal_id', sa.Integer(), nullable=False),
    sa.Column('actor', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.Column('after', sa.JSON(), nullable=False),
    sa.Column('at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['goal_id'], ['goal.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('goal_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_goal_change_goal_id'), ['goal_id'], unique=False)

    op.create_table('meeting',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('committee_id', sa.Integer(), nullable=False),
    sa.Column('uid', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('title', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('starts_at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.Column('ends_at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.Column('timezone', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('place', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('agenda', sa.JSON(), nullable=False),
    sa.Column('prompts', sa.JSON(), nullable=False),
    sa.Column('facilitator', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('minutes', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('called_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('called_at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.Column('held_at', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.Column('cancelled_at', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.Column('cancelled_why', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.CheckConstraint("kind IN ('meeting', 'focus_group')", name='kind_is_known'),
    sa.CheckConstraint('sequence >= 0', name='sequence_is_a_count'),
    sa.ForeignKeyConstraint(['committee_id'], ['committee.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('uid')
    )
    with op.batch_alter_table('meeting', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_meeting_committee_id'), ['committee_id'], unique=False)

    op.create_table('offer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('brand_id', sa.Integer(), nullable=False),
    sa.Column('person_key', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('campaign', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('contact', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('made_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('made_at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.Column('state', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('closed_at', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('open', 'accepted', 'declined', 'withdrawn', 'lapsed')", name='state_is_known'),
    sa.ForeignKeyConstraint(['author_id'], ['author.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['brand_id'], ['brand.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('offer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_offer_author_id'), ['author_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_offer_brand_id'), ['brand_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_offer_person_key'), ['person_key'], unique=False)
        batch_op.create_index('one_open_offer_per_person', ['person_key'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))

    op.create_table('outbox',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('channel', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('receiver', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('approved_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('subject', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('text', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('html', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('payload', sa.JSON(), nullable=False),
    sa.Column('headers', sa.JSON(), nullable=False),
    sa.Column('message_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('message', sa.LargeBinary(), nullable=True),
    sa.Column('state', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('fence', sa.Integer(), nullable=False),
    sa.Column('claimed_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('claimed_until', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('made_at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.Column('next_at', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.Column('sent_at', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.Column('problem', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.CheckConstraint("channel IN ('mail', 'slack', 'teams', 'discord', 'webhook')", name='channel_is_known'),
    sa.CheckConstraint("state IN ('pending', 'claimed', 'sending', 'sent', 'retry', 'failed', 'uncertain', 'withheld')", name='state_is_known'),
    sa.CheckConstraint('attempts >= 0', name='attempts_is_a_count'),
    sa.CheckConstraint('author_id IS NULL OR approved_by IS NOT NULL', name='a_person_let_it_leave'),
    sa.CheckConstraint('fence >= 0', name='fence_is_a_count'),
    sa.ForeignKeyConstraint(['author_id'], ['author.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('key')
    )
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_outbox_author_id'), ['author_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_outbox_next_at'), ['next_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_outbox_state'), ['state'], unique=False)

    op.create_table('seatchoice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('brand_id', sa.Integer(), nullable=False),
    sa.Column('choice', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('chosen_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.CheckConstraint("choice IN ('lock', 'bar')", name='choice_is_known'),
    sa.ForeignKeyConstraint(['author_id'], ['author.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['brand_id'], ['brand.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('author_id', 'brand_id', name='one_seat_choice_per_author')
    )
    with op.batch_alter_table('seatchoice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_seatchoice_author_id'), ['author_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_seatchoice_brand_id'), ['brand_id'], unique=False)

    op.create_table('stakeholder',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('brand_id', sa.Integer(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('said_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('since', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.Column('until', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('client', 'sales_consultant', 'management', 'supplier', 'partner', 'agent', 'influencer', 'regulator')", name='kind_is_known'),
    sa.ForeignKeyConstraint(['author_id'], ['author.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['brand_id'], ['brand.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('author_id', 'brand_id', 'kind', name='one_stakeholder_of_a_kind')
    )
    with op.batch_alter_table('stakeholder', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_stakeholder_author_id'), ['author_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_stakeholder_brand_id'), ['brand_id'], unique=False)

    op.create_table('attempt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('outbox_id', sa.Integer(), nullable=False),
    sa.Column('fence', sa.Integer(), nullable=False),
    sa.Column('at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.Column('phase', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('outcome', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('code', sa.Integer(), nullable=True),
    sa.Column('words', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.ForeignKeyConstraint(['outbox_id'], ['outbox.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('attempt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attempt_outbox_id'), ['outbox_id'], unique=False)

    op.create_table('invitation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('offer_id', sa.Integer(), nullable=False),
    sa.Column('candidate_id', sa.Integer(), nullable=False),
    sa.Column('charter_id', sa.Integer(), nullable=False),
    sa.Column('template_id', sa.Integer(), nullable=False),
    sa.Column('wave', sa.Integer(), nullable=False),
    sa.Column('channel', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('address', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('language', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('subject', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('body', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('nonce', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('state', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('drafted_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('drafted_at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.Column('approved_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('approved_at', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.Column('sent_at', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.Column('sent_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('baseline', sa.JSON(), nullable=False),
    sa.Column('answer', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('answered_at', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.CheckConstraint("answer IN ('committee', 'community', 'not_now', 'never')", name='answer_is_known'),
    sa.CheckConstraint("channel IN ('mail', 'reply', 'export')", name='channel_is_known'),
    sa.CheckConstraint("state IN ('drafted', 'approved', 'sent', 'answered', 'lapsed', 'withdrawn')", name='state_is_known'),
    sa.CheckConstraint("state NOT IN ('approved', 'sent') OR approved_by IS NOT NULL", name='a_person_let_it_go'),
    sa.CheckConstraint('wave >= 0', name='wave_is_a_count'),
    sa.ForeignKeyConstraint(['candidate_id'], ['candidate.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['charter_id'], ['charter.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['offer_id'], ['offer.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['template_id'], ['template.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('nonce')
    )
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_invitation_candidate_id'), ['candidate_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_invitation_charter_id'), ['charter_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_invitation_offer_id'), ['offer_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_invitation_template_id'), ['template_id'], unique=False)

    op.create_table('look',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('candidate_id', sa.Integer(), nullable=False),
    sa.Column('looked_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['candidate_id'], ['candidate.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('look', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_look_candidate_id'), ['candidate_id'], unique=False)

    op.create_table('review_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('brand_id', sa.Integer(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('subject', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=True),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('other_id', sa.Integer(), nullable=True),
    sa.Column('flag_id', sa.Integer(), nullable=True),
    sa.Column('why', sa.JSON(), nullable=False),
    sa.Column('priority', sa.Float(), nullable=False),
    sa.Column('state', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('reopened', sa.Integer(), nullable=False),
    sa.Column('opened_at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.Column('claimed_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('claimed_until', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.Column('decision', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('note', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('decided_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('decided_at', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('post', 'merge', 'reading', 'flag')", name='kind_is_known'),
    sa.CheckConstraint("state IN ('open', 'decided')", name='state_is_known'),
    sa.CheckConstraint('reopened >= 0', name='reopened_is_a_count'),
    sa.CheckConstraint('version >= 0', name='version_is_a_count'),
    sa.ForeignKeyConstraint(['author_id'], ['author.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['brand_id'], ['brand.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['flag_id'], ['flag.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['other_id'], ['author.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('kind', 'subject', name='one_item_per_subject')
    )
    with op.batch_alter_table('review_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_review_item_author_id'), ['author_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_review_item_brand_id'), ['brand_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_review_item_flag_id'), ['flag_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_review_item_other_id'), ['other_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_review_item_post_id'), ['post_id'], unique=False)

    op.create_table('verdict',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('candidate_id', sa.Integer(), nullable=False),
    sa.Column('reviewer', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('verdict', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('note', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.CheckConstraint("verdict IN ('approve', 'reject', 'defer')", name='verdict_is_known'),
    sa.ForeignKeyConstraint(['candidate_id'], ['candidate.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('candidate_id', 'reviewer', name='one_verdict_per_reviewer')
    )
    with op.batch_alter_table('verdict', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_verdict_candidate_id'), ['candidate_id'], unique=False)

    op.create_table('consent',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('invitation_id', sa.Integer(), nullable=False),
    sa.Column('charter_id', sa.Integer(), nullable=False),
    sa.Column('template_id', sa.Integer(), nullable=False),
    sa.Column('answer', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('words', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('words_sha', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.CheckConstraint("answer IN ('committee', 'community', 'not_now', 'never')", name='answer_is_known'),
    sa.ForeignKeyConstraint(['charter_id'], ['charter.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['invitation_id'], ['invitation.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['template_id'], ['template.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_consent_charter_id'), ['charter_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_consent_invitation_id'), ['invitation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_consent_template_id'), ['template_id'], unique=False)

    op.create_table('label',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('brand_id', sa.Integer(), nullable=False),
    sa.Column('label', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('sampled', sa.Boolean(), nullable=False),
    sa.Column('text_sha', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=True),
    sa.Column('labelled_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('labelled_at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.CheckConstraint("label IN ('negative', 'neutral', 'positive')", name='label_is_known'),
    sa.ForeignKeyConstraint(['brand_id'], ['brand.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['item_id'], ['review_item.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('post_id', 'brand_id', 'labelled_by', name='one_label_per_person')
    )
    with op.batch_alter_table('label', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_label_brand_id'), ['brand_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_label_item_id'), ['item_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_label_post_id'), ['post_id'], unique=False)

    op.create_table('member',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('committee_id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('invitation_id', sa.Integer(), nullable=True),
    sa.Column('door', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('address', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('owner', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('motives', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('baseline', sa.JSON(), nullable=False),
    sa.Column('joined_at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.Column('term_from', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.Column('term_until', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.Column('left_at', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.Column('left_why', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('thanked_at', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.Column('thanked_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.CheckConstraint("door IN ('committee', 'community')", name='door_is_known'),
    sa.ForeignKeyConstraint(['author_id'], ['author.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['committee_id'], ['committee.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['invitation_id'], ['invitation.id'], ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('committee_id', 'author_id', name='one_seat_per_author')
    )
    with op.batch_alter_table('member', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_member_author_id'), ['author_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_member_committee_id'), ['committee_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_member_invitation_id'), ['invitation_id'], unique=False)

    op.create_table('moderation_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('step', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('actor', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('words', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.Column('at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['review_item.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('moderation_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_moderation_step_item_id'), ['item_id'], unique=False)

    op.create_table('report',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('reporter', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('words', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.Column('upheld', sa.Boolean(), nullable=True),
    sa.Column('told_at', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['item_id'], ['review_item.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('item_id', 'reporter', name='one_report_per_reporter')
    )
    with op.batch_alter_table('report', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_report_item_id'), ['item_id'], unique=False)

    op.create_table('acknowledgement',
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('charter_id', sa.Integer(), nullable=False),
    sa.Column('at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['charter_id'], ['charter.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', 'charter_id')
    )
    op.create_table('attendance',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('role', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('promised', sa.Boolean(), nullable=False),
    sa.Column('rsvp', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('rsvp_at', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.Column('came', sa.Boolean(), nullable=True),
    sa.CheckConstraint("role IN ('member', 'senior', 'facilitator')", name='role_is_known'),
    sa.CheckConstraint("rsvp IN ('yes', 'no', 'maybe')", name='rsvp_is_known'),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('meeting_id', 'name', 'role', name='one_attendance_per_person')
    )
    with op.batch_alter_table('attendance', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attendance_meeting_id'), ['meeting_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_attendance_member_id'), ['member_id'], unique=False)

    op.create_table('badge',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('serial', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('document', sa.JSON(), nullable=False),
    sa.Column('issued_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('issued_at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.Column('revoked_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('revoked_at', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.Column('revoked_why', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('serial')
    )
    with op.batch_alter_table('badge', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_badge_member_id'), ['member_id'], unique=False)

    op.create_table('committee_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('committee_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('subject', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('step', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('actor', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('words', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.Column('after', sa.JSON(), nullable=False),
    sa.Column('cause_id', sa.Integer(), nullable=True),
    sa.Column('undoes_id', sa.Integer(), nullable=True),
    sa.Column('at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['cause_id'], ['committee_step.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['committee_id'], ['committee.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['undoes_id'], ['committee_step.id'], ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('undoes_id', name='taken_back_once')
    )
    with op.batch_alter_table('committee_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_committee_step_cause_id'), ['cause_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_committee_step_committee_id'), ['committee_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_committee_step_member_id'), ['member_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_committee_step_subject'), ['subject'], unique=False)
        batch_op.create_index(batch_op.f('ix_committee_step_undoes_id'), ['undoes_id'], unique=False)

    op.create_table('compensation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('what', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('amount_cents', sa.Integer(), nullable=False),
    sa.Column('currency', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('due_at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.Column('entered_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('entered_at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.Column('settled_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('settled_at', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.Column('cancelled_at', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.Column('cancelled_why', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.CheckConstraint('amount_cents >= 0', name='amount_cents_is_a_count'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('compensation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_compensation_member_id'), ['member_id'], unique=False)

    op.create_table('suggestion',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('committee_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('post_id', sa.Integer(), nullable=True),
    sa.Column('title', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('words', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('state', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('owner', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('decision_reason', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('evidence', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('raised_at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.Column('acknowledged_at', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.Column('decided_at', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.Column('acted_at', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.Column('told_proposer_at', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.Column('told_committee_at', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('raised', 'acknowledged', 'accepted', 'declined', 'acted', 'reported')", name='state_is_known'),
    sa.CheckConstraint("state NOT IN ('accepted', 'declined') OR decision_reason IS NOT NULL", name='a_decision_has_a_reason'),
    sa.CheckConstraint('version >= 0', name='version_is_a_count'),
    sa.ForeignKeyConstraint(['author_id'], ['author.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['committee_id'], ['committee.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('suggestion', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_suggestion_author_id'), ['author_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_suggestion_committee_id'), ['committee_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_suggestion_member_id'), ['member_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_suggestion_post_id'), ['post_id'], unique=False)

    op.create_table('suggestion_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('suggestion_id', sa.Integer(), nullable=False),
    sa.Column('step', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('actor', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('words', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.Column('at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.CheckConstraint("step IN ('raise', 'assign', 'acknowledge', 'accept', 'decline', 'act', 'tell_proposer', 'tell_committee', 'note', 'undo')", name='step_is_known'),
    sa.ForeignKeyConstraint(['suggestion_id'], ['suggestion.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('suggestion_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_suggestion_step_suggestion_id'), ['suggestion_id'], unique=False)

    with op.batch_alter_table('author') as batch_op:
        batch_op.add_column(sa.Column('person_id', sa.Integer(), nullable=True))
        batch_op.create_index('ix_author_person_id', ['person_id'])
        batch_op.create_foreign_key(
            'author_person_id_fkey', 'person', ['person_id'], ['id'], ondelete='SET NULL'
        )
    op.add_column('candidate', sa.Column('assignee', sqlmodel.sql.sqltypes.AutoString()))
    op.add_column('candidate', sa.Column('due_at', store.tables.columns.UtcTime(timezone=True)))
    op.add_column('candidate', sa.Column('claimed_by', sqlmodel.sql.sqltypes.AutoString()))
    op.add_column('candidate', sa.Column('claimed_at', store.tables.columns.UtcTime(timezone=True)))
    op.add_column(
        'candidate', sa.Column('claimed_until', store.tables.columns.UtcTime(timezone=True))
    )
    op.execute(
        "ALTER TABLE reading ADD COLUMN advocacy FLOAT NOT NULL DEFAULT 0 "
        "CHECK (advocacy >= 0 AND advocacy <= 1)"
    )
    _widen('candidate', 'state', STATES)
    _widen('decision', 'action', ACTIONS)
    _widen('tombstone', 'kind', KINDS)


def _widen(table: str, column: str, words: tuple[str, ...]) -> None:
    """Let the column hold more words. SQLite cannot change a check, so there the table is made
    anew and its rows moved; `upgrade` keeps foreign keys asleep meanwhile."""
    name = f"{column}_is_known"
    check = f"{column} IN ({', '.join(repr(word) for word in words)})"
    bind = op.get_bind()
    if bind.dialect.name != 'sqlite':
        op.drop_constraint(name, table, type_='check')
        op.create_check_constraint(name, table, check)
        return
    made = bind.exec_driver_sql(
        "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)
    ).scalar_one()
    indexes = bind.exec_driver_sql(
        "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
        (table,),
    ).scalars().all()
    anew, changed = re.subn(
        rf"CONSTRAINT {name} CHECK \([^()]*\([^()]*\)\)", f"CONSTRAINT {name} CHECK ({check})", made
    )
    assert changed == 1, made
    draft = f"{table}_anew"
    bind.exec_driver_sql(re.sub(rf'CREATE TABLE "?{table}"?', f"CREATE TABLE {draft}", anew))
    bind.exec_driver_sql(f"INSERT INTO {draft} SELECT * FROM {table}")
    bind.exec_driver_sql(f"DROP TABLE {table}")
    bind.exec_driver_sql(f"ALTER TABLE {draft} RENAME TO {table}")
    for index in indexes:
        bind.exec_driver_sql(index)


def downgrade() -> None:
    raise NotImplementedError("An older version cannot hold this; restore the backup instead.")
