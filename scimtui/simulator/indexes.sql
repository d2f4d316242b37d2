-- Made after the rows are in: a third faster for 100,000 people.
CREATE UNIQUE INDEX users_username ON users (username_folded);
CREATE INDEX users_email ON users (email_folded);
CREATE INDEX secondary_emails_folded ON secondary_emails (folded);
CREATE INDEX secondary_emails_user ON secondary_emails (user_id);
CREATE UNIQUE INDEX scim_extern_uid ON scim_identities (scope, folded);
CREATE UNIQUE INDEX scim_user ON scim_identities (scope, user_id);
CREATE INDEX saml_folded ON saml_identities (folded);
CREATE INDEX saml_user ON saml_identities (user_id);
CREATE INDEX other_folded ON other_identities (folded);
CREATE INDEX other_user ON other_identities (user_id);
