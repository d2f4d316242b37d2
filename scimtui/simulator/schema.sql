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
    bot INTEGER NOT NULL DEFAULT 0,
    provisioned INTEGER NOT NULL DEFAULT 0,
    enterprise INTEGER NOT NULL DEFAULT 0,
    two_factor INTEGER NOT NULL DEFAULT 0,
    admin INTEGER NOT NULL DEFAULT 0,
    -- a soft confirmation has waited too long
    overdue INTEGER NOT NULL DEFAULT 0,
    -- of an enterprise user: the group has the address's domain verified today
    domain_verified INTEGER NOT NULL DEFAULT 1
);
CREATE TABLE secondary_emails (
    user_id INTEGER NOT NULL,
    email TEXT NOT NULL,
    folded TEXT NOT NULL,
    confirmed INTEGER NOT NULL
);
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
-- identities of every other provider; GitLab leaves empty ones behind
CREATE TABLE other_identities (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL,
    provider TEXT NOT NULL,
    extern_uid TEXT,
    folded TEXT,
    trusted INTEGER NOT NULL DEFAULT 1
);
CREATE TABLE members (
    group_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    access_level INTEGER NOT NULL,
    -- active, awaiting or requested
    state TEXT NOT NULL DEFAULT 'active',
    expires_at TEXT,
    member_role_id INTEGER,
    PRIMARY KEY (group_id, user_id)
) WITHOUT ROWID;
CREATE TABLE pending_removals (user_id INTEGER PRIMARY KEY, by_scim INTEGER NOT NULL);
CREATE TABLE pending_deletions (user_id INTEGER PRIMARY KEY);
