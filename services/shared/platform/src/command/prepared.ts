import type { EntityManager, ObjectLiteral } from 'typeorm';
import type { ClientBase } from 'pg';

const names = new Map<string, string>();

/** Names a statement, so that every connection parses it once. Only for texts that are few and list their columns: `*` breaks when a migration adds one. */
const nameOf = (text: string): string => {
  const name = names.get(text) ?? `door_${names.size}`;
  names.set(text, name);
  return name;
};

/** Runs a statement of the write door on the connection of the transaction. */
export async function prepared<T>(manager: EntityManager, text: string, values: unknown[]): Promise<T[]> {
  const client: ClientBase = await manager.queryRunner!.connect();
  return (await client.query({ name: nameOf(text), text, values })).rows as T[];
}

/** The record of this id as it stands, or null; `for update` keeps others from it until the commit. */
export async function rowById<R extends ObjectLiteral>(manager: EntityManager, entity: new () => R, id: string, lock: 'for update' | ''): Promise<R | null> {
  const { columns, tablePath, connection } = manager.connection.getMetadata(entity);
  const [row] = await prepared<Record<string, unknown>>(manager, `select ${columns.map(({ databaseName }) => `"${databaseName}"`).join(', ')} from ${tablePath} where id = $1 ${lock}`, [id]);
  if (!row) return null;
  const record = new entity();
  for (const column of columns) column.setEntityValue(record, connection.driver.prepareHydratedValue(row[column.databaseName], column));
  return record;
}

/** Writes these properties of the record. */
export async function updateRow<R extends ObjectLiteral>(manager: EntityManager, entity: new () => R, id: string, changed: Partial<R>): Promise<void> {
  const { columns, tablePath, connection } = manager.connection.getMetadata(entity);
  const written = columns.filter(({ propertyName }) => changed[propertyName] !== undefined);
  if (written.length === 0) return;
  await prepared(manager, `update ${tablePath} set ${written.map(({ databaseName }, nth) => `"${databaseName}" = $${nth + 2}`).join(', ')} where id = $1`,
    [id, ...written.map((column) => connection.driver.preparePersistentValue(changed[column.propertyName], column))]);
}
