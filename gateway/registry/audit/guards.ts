/**
 * Statements that make the database itself refuse to change entries of the audit or to remove them. Whoever owns the database can take these away again: they stop slips,
 * and the chain tells of the rest. Part of a published migration: they never change.
 */
export const auditGuards: Readonly<Record<'sqlite' | 'postgres', readonly string[]>> = {
  sqlite: [
    `create trigger audit_not_changed before update on audit begin select raise(abort, 'the audit is only added to'); end`,
    `create trigger audit_not_removed before delete on audit begin select raise(abort, 'the audit is only added to'); end`,
    // INSERT OR REPLACE removes a row without telling the trigger above (sqlite.org/lang_conflict.html).
    `create trigger audit_in_order before insert on audit when new.seq <> (select coalesce(max(seq), 0) + 1 from audit)
      begin select raise(abort, 'the audit is only added to, at its end'); end`,
  ],
  postgres: [
    `create function citygate_audit_stays() returns trigger language plpgsql as $$ begin raise exception 'the audit is only added to'; end $$`,
    'create trigger audit_stays before update or delete or truncate on audit for each statement execute function citygate_audit_stays()',
  ],
}
