import type { EntityManager, ObjectLiteral } from 'typeorm';
import type { Client } from 'pg';

/** A statement of the write door. Its texts are few, so each is prepared once on a connection; they list their columns, as `*` breaks when a migration adds one. */
export interface Statement {
  text: string;
  values?: unknown[];
}

type Row = Record<string, unknown>;

const names = new Map<string, string>();

const nameOf = (text: string): string => {
  const name = names.get(text) ?? `door_${names.size}`;
  names.set(text, name);
  return name;
};

/**
 * Sends statements of one transaction at once, which is one wait for the database instead of many, and gives the rows of each. They run one after the other, each
 * seeing what was committed before it began. The first fault is thrown; what comes after it in a transaction has no effect, a `commit` included.
 */
export async function together(manager: EntityManager, statements: readonly Statement[]): Promise<Row[][]> {
  if (statements.length === 0) return [];
  const client: Client & { pipeline: boolean; connection: { stream: NodeJS.WritableStream & { cork(): void; uncork(): void } } } = await manager.queryRunner!.connect();
  const { stream } = client.connection;
  // Not for the whole pool: a COPY cannot share a connection that does so.
  client.pipeline = true;
  stream.cork();
  const sent = statements.map(({ text, values }) => (values ? client.query({ name: nameOf(text), text, values }) : client.query(text)));
  stream.uncork();
  const answers = await Promise.allSettled(sent);
  client.pipeline = false;
  return answers.map((answer) => {
    if (answer.status === 'rejected') throw answer.reason;
    return answer.value.rows as Row[];
  });
}

/** Reads the record of an id; `for update` keeps others from it until the commit. */
export function rowById<R extends ObjectLiteral>(manager: EntityManager, entity: new () => R, id: string, lock: 'for update' | ''): Statement & { record(rows: Row[]): R | null } {
  const { columns, tablePath, connection } = manager.connection.getMetadata(entity);
  return {
    text: `select ${columns.map(({ databaseName }) => `"${databaseName}"`).join(', ')} from ${tablePath} where id = $1 ${lock}`,
    values: [id],
    record: ([row]) => {
      if (!row) return null;
      const record = new entity();
      for (const column of columns) column.setEntityValue(record, connection.driver.prepareHydratedValue(row[column.databaseName], column));
      return record;
    },
  };
}

/** Writes these properties of a record. */
export function updateOf<R extends ObjectLiteral>(manager: EntityManager, entity: new () => R, id: string, changed: Partial<R>): Statement {
  const { columns, tablePath, connection } = manager.connection.getMetadata(entity);
  const written = columns.filter(({ propertyName }) => propertyName in changed);
  return {
    text: `update ${tablePath} set ${written.map(({ databaseName }, nth) => `"${databaseName}" = $${nth + 2}`).join(', ')} where id = $1`,
    values: [id, ...written.map((column) => connection.driver.preparePersistentValue(changed[column.propertyName], column))],
  };
}
