/** @file Tests. Every table of an index as text, ordered by primary key: two indexes of the same disk must be equal. */
import Database from 'better-sqlite3';
import { z } from 'zod';

/** The mark only says how far the index has read; it is not a conclusion. */
const caches = new Set(['ledger_mark']);

export function dumpIndex(path: string): Record<string, unknown[]> {
  const db = new Database(path, { readonly: true });
  try {
    const tables = z
      .array(z.string())
      .parse(
        db
          .prepare(
            `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`,
          )
          .pluck()
          .all(),
      );
    const dump: Record<string, unknown[]> = {};
    for (const table of tables) {
      if (caches.has(table)) continue;
      const key = z
        .array(z.string())
        .parse(
          db
            .prepare('SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk')
            .pluck()
            .all(table),
        );
      if (key.length === 0) throw new Error(`${table} has no primary key`);
      dump[table] = db.prepare(`SELECT * FROM ${table} ORDER BY ${key.join(', ')}`).all();
    }
    return dump;
  } finally {
    db.close();
  }
}
