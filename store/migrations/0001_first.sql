-- Common SQL: what stands here must mean the same to SQLite and PostgreSQL.
-- Times are microseconds since 1970 in UTC, booleans are 0 or 1, JSON is text.

CREATE TABLE users (
    id            TEXT    NOT NULL PRIMARY KEY,
    username      TEXT    NOT NULL,
    username_key  TEXT    NOT NULL UNIQUE, -- lower case: Ann and ann are one person
    password_hash TEXT    NOT NULL,
    admin         INTEGER NOT NULL,
    disabled      INTEGER NOT NULL,
    created_at    BIGINT  NOT NULL
);
CREATE INDEX users_by_age ON users (created_at, id);

CREATE TABLE sessions (
    hash       TEXT   NOT NULL PRIMARY KEY,
    user_id    TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL
);
CREATE INDEX sessions_of_user ON sessions (user_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE tokens (
    id           TEXT   NOT NULL PRIMARY KEY,
    user_id      TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name         TEXT   NOT NULL,
    hash         TEXT   NOT NULL UNIQUE,
    created_at   BIGINT NOT NULL,
    last_used_at BIGINT,
    expires_at   BIGINT
);
CREATE INDEX tokens_of_user ON tokens (user_id, created_at, id);

-- A link is deleted by its use: that is what makes it work once.
CREATE TABLE links (
    hash       TEXT    NOT NULL PRIMARY KEY,
    kind       TEXT    NOT NULL,
    user_id    TEXT    REFERENCES users (id) ON DELETE CASCADE,
    username   TEXT    NOT NULL,
    admin      INTEGER NOT NULL,
    created_at BIGINT  NOT NULL,
    expires_at BIGINT  NOT NULL
);
CREATE INDEX links_by_expiry ON links (expires_at);
CREATE INDEX links_of_user ON links (user_id);

CREATE TABLE workspaces (
    id          TEXT   NOT NULL PRIMARY KEY,
    name        TEXT   NOT NULL,
    personal_of TEXT   UNIQUE REFERENCES users (id), -- null: a shared one
    created_at  BIGINT NOT NULL
);

CREATE TABLE members (
    workspace_id TEXT   NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id      TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role         TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, user_id)
);
CREATE INDEX members_by_user ON members (user_id, workspace_id);

CREATE TABLE datasets (
    id               TEXT    NOT NULL PRIMARY KEY,
    workspace_id     TEXT    NOT NULL REFERENCES workspaces (id),
    name             TEXT    NOT NULL,
    name_key         TEXT    NOT NULL, -- lower case, for the search
    description      TEXT    NOT NULL,
    created_by       TEXT    NOT NULL, -- no reference: a dataset outlives who made it
    created_at       BIGINT  NOT NULL,
    updated_at       BIGINT  NOT NULL,
    last_version     INTEGER NOT NULL, -- 0: none
    profiled_version INTEGER NOT NULL  -- the newest one that has a final report; 0: none
);
CREATE INDEX datasets_by_activity ON datasets (workspace_id, updated_at, id);

CREATE TABLE versions (
    dataset_id TEXT    NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
    number     INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    size       BIGINT  NOT NULL,
    sha256     TEXT    NOT NULL,
    object_key TEXT    NOT NULL,
    upload_id  TEXT    NOT NULL,
    created_by TEXT    NOT NULL,
    created_at BIGINT  NOT NULL,
    job_id     TEXT    NOT NULL, -- the newest job
    summary    TEXT    NOT NULL,
    PRIMARY KEY (dataset_id, number)
);
CREATE INDEX versions_by_user ON versions (created_by, size);

-- Uploads refer to nothing: an unfinished one must outlive its workspace until
-- its parts are gone from the object storage (cleanup = 1 until then).
CREATE TABLE uploads (
    id           TEXT    NOT NULL PRIMARY KEY,
    workspace_id TEXT    NOT NULL,
    dataset_id   TEXT    NOT NULL,
    user_id      TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    size         BIGINT  NOT NULL,
    part_size    BIGINT  NOT NULL,
    part_count   INTEGER NOT NULL,
    sha256       TEXT    NOT NULL,
    object_key   TEXT    NOT NULL UNIQUE,
    storage_id   TEXT    NOT NULL,
    status       TEXT    NOT NULL,
    cleanup      INTEGER NOT NULL,
    created_at   BIGINT  NOT NULL,
    expires_at   BIGINT  NOT NULL,
    updated_at   BIGINT  NOT NULL,
    version      INTEGER NOT NULL,
    job_id       TEXT    NOT NULL,
    error        TEXT    NOT NULL
);
CREATE INDEX uploads_of_user ON uploads (user_id, created_at, id);
CREATE INDEX uploads_by_expiry ON uploads (status, expires_at);
CREATE INDEX uploads_by_change ON uploads (status, updated_at);
CREATE INDEX uploads_of_dataset ON uploads (dataset_id);
CREATE INDEX uploads_of_workspace ON uploads (workspace_id);
CREATE INDEX uploads_to_clean ON uploads (cleanup, updated_at);

CREATE TABLE jobs (
    id              TEXT    NOT NULL PRIMARY KEY,
    dataset_id      TEXT    NOT NULL,
    version         INTEGER NOT NULL,
    workspace_id    TEXT    NOT NULL, -- its dataset's, which never moves: who may see the job
    status          TEXT    NOT NULL,
    stage           TEXT    NOT NULL,
    attempt         INTEGER NOT NULL,
    fence           BIGINT  NOT NULL,
    interruptions   INTEGER NOT NULL,
    bytes_done      BIGINT  NOT NULL,
    bytes_total     BIGINT  NOT NULL,
    rows_done       BIGINT  NOT NULL,
    rows_per_second DOUBLE PRECISION NOT NULL,
    eta_seconds     DOUBLE PRECISION,
    error           TEXT    NOT NULL,
    options         TEXT    NOT NULL,
    complete        INTEGER,
    created_by      TEXT    NOT NULL,
    created_at      BIGINT  NOT NULL,
    started_at      BIGINT,
    finished_at     BIGINT,
    updated_at      BIGINT  NOT NULL,
    not_before      BIGINT  NOT NULL,
    lease_until     BIGINT  NOT NULL,
    FOREIGN KEY (dataset_id, version) REFERENCES versions (dataset_id, number) ON DELETE CASCADE
);
CREATE INDEX jobs_in_line ON jobs (status, not_before, id);
CREATE INDEX jobs_by_change ON jobs (updated_at, id);
CREATE INDEX jobs_by_age ON jobs (workspace_id, created_at, id);
CREATE INDEX jobs_of_version ON jobs (dataset_id, version, created_at, id);

-- The last final report of each version.
CREATE TABLE profiles (
    dataset_id TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    job_id     TEXT    NOT NULL,
    complete   INTEGER NOT NULL,
    etag       TEXT    NOT NULL,
    created_at BIGINT  NOT NULL,
    report     BLOB    NOT NULL,
    PRIMARY KEY (dataset_id, version),
    FOREIGN KEY (dataset_id, version) REFERENCES versions (dataset_id, number) ON DELETE CASCADE
);

-- What running jobs know so far; a row goes when its job stops running.
CREATE TABLE provisional_profiles (
    job_id     TEXT   NOT NULL PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
    etag       TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    report     BLOB   NOT NULL
);

-- Objects that no row needs any more; the sweep deletes them from the storage.
CREATE TABLE garbage_objects (
    object_key TEXT   NOT NULL PRIMARY KEY,
    created_at BIGINT NOT NULL
);
CREATE INDEX garbage_by_age ON garbage_objects (created_at, object_key);

-- What all processes of one installation must agree on, such as the key that
-- signs object URLs, and the address of its server.
CREATE TABLE settings (
    name  TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
);
