"""users, sessions, tokens, the audit log, tallies, and indexes for long lists

Revision: 0003, after 0002
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import store.tables.columns

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

# Scripts that part no words: Thai, Lao, Burmese, Khmer, kana, Han and Hangul (Korean parts words,
# but glues its particles to them). Only posts written in them are indexed by trigrams as well.
UNSPACED = (
    "*[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003ffff]*"
)


def grams(row: str) -> str:
    """What the trigrams of a post are made of; the end is padded, so that its last signs are in."""
    return f"coalesce({row}title, '') || char(10, 10) || {row}text || char(10, 10)"


def unspaced(row: str) -> str:
    return f"({row}text GLOB '{UNSPACED}' OR coalesce({row}title, '') GLOB '{UNSPACED}')"


CHANGED = "(old.text IS NOT new.text OR old.title IS NOT new.title OR old.id IS NOT new.id)"
WORDS_IN = "INSERT INTO post_words (rowid, title, text) VALUES (new.id, new.title, new.text);"
WORDS_OUT = """INSERT INTO post_words (post_words, rowid, title, text)
    VALUES ('delete', old.id, old.title, old.text);"""
GRAMS_IN = f"""INSERT INTO post_grams (rowid, words)
    SELECT new.id, {grams("new.")} WHERE {unspaced("new.")};"""
GRAMS_OUT = f"""INSERT INTO post_grams (post_grams, rowid, words)
    SELECT 'delete', old.id, {grams("old.")} WHERE {unspaced("old.")};"""
SQLITE = (
    # what an index knows is found by the post's own row, so that no text is kept twice
    """CREATE VIRTUAL TABLE post_words USING fts5 (title, text, content='post',
    content_rowid='id', columnsize=0, tokenize="unicode61 remove_diacritics 2")""",
    """CREATE VIRTUAL TABLE post_grams USING fts5 (words, content='', columnsize=0,
    tokenize="trigram")""",
    "CREATE VIRTUAL TABLE post_gram_terms USING fts5vocab (post_grams, instance)",
    "INSERT INTO post_words (post_words) VALUES ('rebuild')",
    f"""INSERT INTO post_grams (rowid, words) SELECT id, {grams("")} FROM post
    WHERE {unspaced("")}""",
    f"CREATE TRIGGER post_words_added AFTER INSERT ON post BEGIN {WORDS_IN} END",
    f"CREATE TRIGGER post_words_removed AFTER DELETE ON post BEGIN {WORDS_OUT} END",
    f"""CREATE TRIGGER post_words_changed AFTER UPDATE OF id, title, text ON post WHEN {CHANGED}
    BEGIN {WORDS_OUT} {WORDS_IN} END""",
    f"""CREATE TRIGGER post_grams_added AFTER INSERT ON post WHEN {unspaced("new.")}
    BEGIN {GRAMS_IN} END""",
    f"""CREATE TRIGGER post_grams_removed AFTER DELETE ON post WHEN {unspaced("old.")}
    BEGIN {GRAMS_OUT} END""",
    f"""CREATE TRIGGER post_grams_changed AFTER UPDATE OF id, title, text ON post WHEN {CHANGED}
    BEGIN {GRAMS_OUT} {GRAMS_IN} END""",
)
# ASCII punctuation parts words here as it does on SQLite; else a/b would be one word, a path
PUNCTUATION = "!\"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~"
POSTGRESQL = (
    f"""CREATE FUNCTION post_words (title text, words text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN to_tsvector('simple'::regconfig,
    translate(coalesce(title, '') || ' ' || words, '{PUNCTUATION}', repeat(' ', 32)))""",
    "CREATE INDEX post_by_words ON post USING gin (post_words(title, text))",
)


def upgrade() -> None:
    op.create_table('access_grant',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('subject', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('nonce', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('made_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('made_at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.Column('revoked_at', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.Column('used_at', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('import_hook', 'calendar', 'feed')", name='kind_is_known'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('nonce')
    )
    op.create_table('app_user',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('address', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('role', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('timezone', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('password_hash', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('prefs', sa.JSON(), nullable=False),
    sa.Column('made_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('made_at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.Column('disabled_at', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.CheckConstraint("role IN ('viewer', 'moderator', 'marketer', 'admin')", name='role_is_known'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('address'),
    sa.UniqueConstraint('name')
    )
    op.create_table('sign_in_attempt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('client', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('device', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('passed', sa.Boolean(), nullable=False),
    sa.Column('at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('sign_in_attempt', schema=None) as batch_op:
        batch_op.create_index('sign_in_attempt_by_account', ['account', 'at'], unique=False)
        batch_op.create_index('sign_in_attempt_by_client', ['client', 'at'], unique=False)

    op.create_table('api_token',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('prefix', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('token_sha', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('scopes', sa.JSON(), nullable=False),
    sa.Column('made_at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.Column('expires_at', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.Column('revoked_at', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.Column('used_at', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('token_sha')
    )
    with op.batch_alter_table('api_token', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_api_token_user_id'), ['user_id'], unique=False)

    op.create_table('audit_entry',
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('actor', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('action', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('subject', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.Column('before_sha', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('sha', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.CheckConstraint('number >= 0', name='number_is_a_count'),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id'], ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('number')
    )
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_entry_action'), ['action'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_entry_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_entry_subject'), ['subject'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_entry_user_id'), ['user_id'], unique=False)

    op.create_table('saved_search',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('page', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('query', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('shared', sa.Boolean(), nullable=False),
    sa.Column('made_at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.CheckConstraint("page IN ('recruits', 'mentions', 'authors', 'review', 'suggestions')", name='page_is_known'),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('user_id', 'page', 'name', name='one_search_per_name')
    )
    with op.batch_alter_table('saved_search', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_saved_search_user_id'), ['user_id'], unique=False)

    op.create_table('sign_in_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('token_sha', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('made_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('made_at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.Column('expires_at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.Column('used_at', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('token_sha')
    )
    with op.batch_alter_table('sign_in_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_in_link_user_id'), ['user_id'], unique=False)

    op.create_table('tally',
    sa.Column('brand_id', sa.Integer(), nullable=False),
    sa.Column('day', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('site', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('label', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('posts', sa.Integer(), nullable=False),
    sa.CheckConstraint("label IN ('negative', 'neutral', 'positive', 'abstained')", name='label_is_known'),
    sa.CheckConstraint('posts >= 0', name='posts_is_a_count'),
    sa.ForeignKeyConstraint(['brand_id'], ['brand.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('brand_id', 'day', 'site', 'label')
    )
    op.create_table('user_session',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('token_sha', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('device', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('agent', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('made_at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.Column('seen_at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.Column('ended_at', store.tables.columns.UtcTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('token_sha')
    )
    with op.batch_alter_table('user_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_user_session_user_id'), ['user_id'], unique=False)

    op.create_table('replay',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_id', sa.Integer(), nullable=True),
    sa.Column('grant_id', sa.Integer(), nullable=True),
    sa.Column('key_sha', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('request_sha', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('answer', sa.JSON(), nullable=False),
    sa.Column('at', store.tables.columns.UtcTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['token_id'], ['api_token.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['grant_id'], ['access_grant.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('token_id', 'key_sha', name='one_answer_per_key'),
    sa.UniqueConstraint('grant_id', 'key_sha', name='one_answer_per_delivery')
    )
    with op.batch_alter_table('replay', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_replay_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_replay_token_id'), ['token_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_replay_grant_id'), ['grant_id'], unique=False)

    with op.batch_alter_table('candidate', schema=None) as batch_op:
        batch_op.create_index('candidate_by_usefulness', ['brand_id', 'listed', 'side', 'utility'], unique=False)

    with op.batch_alter_table('post', schema=None) as batch_op:
        batch_op.create_index('post_by_author_and_time', ['author_id', 'at'], unique=False)
        batch_op.create_index('post_by_source_and_time', ['source_id', 'at'], unique=False)
        batch_op.create_index('post_by_thread', ['source_id', 'thread_key', 'at'], unique=False)

    with op.batch_alter_table('vector', schema=None) as batch_op:
        batch_op.create_index('vector_by_theme', ['theme_id', 'post_id'], unique=False)

    with op.batch_alter_table('reading', schema=None) as batch_op:
        batch_op.drop_index('reading_by_brand_and_model')
        batch_op.create_index('reading_by_brand_and_model', ['brand_id', 'model', 'read_at'], unique=False)

    op.create_table('tally_due',
    sa.Column('brand_id', sa.Integer(), nullable=False),
    sa.Column('day', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['brand_id'], ['brand.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('brand_id', 'day')
    )
    op.add_column('theme', sa.Column('weeks', sa.JSON(), server_default='[]', nullable=False))
    op.add_column('review_item', sa.Column('rank', sa.Float(), server_default='0', nullable=False))
    op.add_column('review_item', sa.Column('snoozed_until', store.tables.columns.UtcTime(timezone=True), nullable=True))
    days = "extract(epoch from opened_at) / 86400" if op.get_bind().dialect.name == "postgresql" else "(julianday(opened_at) - 2440587.5)"
    op.execute(f"UPDATE review_item SET rank = priority - 0.25 * {days}")
    op.create_index('review_item_by_rank', 'review_item', ['brand_id', 'state', 'rank'])
    op.create_index('review_item_by_age', 'review_item', ['brand_id', 'state', 'opened_at'])
    op.create_index('review_item_by_decision', 'review_item', ['brand_id', 'state', 'decided_at'])
    op.create_index('review_item_by_kind', 'review_item', ['brand_id', 'state', 'kind', 'rank'])
    op.create_index('review_item_by_return', 'review_item', ['brand_id', 'state', 'snoozed_until'])
    op.create_index('review_item_by_claim', 'review_item', ['brand_id', 'state', 'claimed_until'])
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(sa.text(statement.replace(":", "\\:")))


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP INDEX post_by_words")
        op.execute("DROP FUNCTION post_words(text, text)")
    else:
        for name in ("added", "removed", "changed"):
            op.execute(f"DROP TRIGGER post_words_{name}")
            op.execute(f"DROP TRIGGER post_grams_{name}")
        for name in ("post_gram_terms", "post_grams", "post_words"):
            op.execute(f"DROP TABLE {name}")

    for index in ('claim', 'return', 'kind', 'decision', 'age', 'rank'):
        op.drop_index(f'review_item_by_{index}', 'review_item')
    op.drop_column('review_item', 'snoozed_until')
    op.drop_column('review_item', 'rank')
    op.drop_column('theme', 'weeks')
    op.drop_table('tally_due')
    with op.batch_alter_table('reading', schema=None) as batch_op:
        batch_op.drop_index('reading_by_brand_and_model')
        batch_op.create_index('reading_by_brand_and_model', ['brand_id', 'model'], unique=False)

    with op.batch_alter_table('vector', schema=None) as batch_op:
        batch_op.drop_index('vector_by_theme')

    with op.batch_alter_table('post', schema=None) as batch_op:
        batch_op.drop_index('post_by_thread')
        batch_op.drop_index('post_by_source_and_time')
        batch_op.drop_index('post_by_author_and_time')

    with op.batch_alter_table('candidate', schema=None) as batch_op:
        batch_op.drop_index('candidate_by_usefulness')

    with op.batch_alter_table('replay', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_replay_grant_id'))
        batch_op.drop_index(batch_op.f('ix_replay_token_id'))
        batch_op.drop_index(batch_op.f('ix_replay_at'))

    op.drop_table('replay')
    with op.batch_alter_table('user_session', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_user_session_user_id'))

    op.drop_table('user_session')
    op.drop_table('tally')
    with op.batch_alter_table('sign_in_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sign_in_link_user_id'))

    op.drop_table('sign_in_link')
    with op.batch_alter_table('saved_search', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_saved_search_user_id'))

    op.drop_table('saved_search')
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_audit_entry_user_id'))
        batch_op.drop_index(batch_op.f('ix_audit_entry_subject'))
        batch_op.drop_index(batch_op.f('ix_audit_entry_at'))

    op.drop_table('audit_entry')
    with op.batch_alter_table('api_token', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_api_token_user_id'))

    op.drop_table('api_token')
    with op.batch_alter_table('sign_in_attempt', schema=None) as batch_op:
        batch_op.drop_index('sign_in_attempt_by_client')
        batch_op.drop_index('sign_in_attempt_by_account')

    op.drop_table('sign_in_attempt')
    op.drop_table('app_user')
    op.drop_table('access_grant')
