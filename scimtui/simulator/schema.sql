-- What GitLab keeps, as far as the simulator shows it (contract 3.1). `folded` columns hold Unicode lower case:
-- SQLite's own lower() knows ASCII only.
CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    username TEXT NOT NULL,
    username_folded TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    email_folded TEXT NOT NULL,
    confirmed INTEGER NOT NULL,
    state TEXT NOT NULL,
    bot INTEGER NOT NULL,
    provisioned INTEGER NOT NULL,
    enterprise INTEGER NOT NULL,
    two_factor INTEGER NOT NULL
);
CREATE TABLE secondary_emails (user_id INTEGER NOT NULL, email TEXT NOT NULL, folded TEXT NOT NULL);
-- scope 0: group_scim_identities; scope 1: scim_identities of the instance
CREATE TABLE scim_identities (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    scope INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    extern_uid TEXT NOT NULL,
    folded TEXT NOT NULL,
    active INTEGER NOT NULL
);
CREATE TABLE saml_identities (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL,
    extern_uid TEXT NOT NULL,
    folded TEXT NOT NULL,
    trusted INTEGER NOT NULL
);
CREATE TABLE members (
    group_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    access_level INTEGER NOT NULL,
    PRIMARY KEY (group_id, user_id)
) WITHOUT ROWID;
CREATE TABLE pending_removals (user_id INTEGER PRIMARY KEY);
CREATE TABLE pending_deletions (user_id INTEGER PRIMARY KEY);
