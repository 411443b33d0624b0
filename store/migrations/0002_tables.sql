-- The reports of the other tables of a file that has several: its version's
-- report in profiles is about one of them.
CREATE TABLE table_profiles (
    dataset_id TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    job_id     TEXT    NOT NULL,
    complete   INTEGER NOT NULL,
    etag       TEXT    NOT NULL,
    created_at BIGINT  NOT NULL,
    report     BLOB    NOT NULL,
    PRIMARY KEY (dataset_id, version, name),
    FOREIGN KEY (dataset_id, version) REFERENCES profiles (dataset_id, version) ON DELETE CASCADE
);
