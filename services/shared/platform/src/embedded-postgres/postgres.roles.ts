import { Client, escapeIdentifier, escapeLiteral } from 'pg';

export interface DatabaseRequest {
  /** Name of the database: lower case letters, digits and _. */
  database: string;
  /** Owns the database and runs migrations. Default `<database>_owner`. */
  ownerRole?: string;
  /** What the service itself connects as. Default `<database>_app`. */
  appRole?: string;
  /** Gives the password of a role; must give the same one every time. See fileSecrets. */
  secretFor: (role: string) => string;
}

export interface DatabaseUrls {
  migratorUrl: string;
  appUrl: string;
}

/** Any number, as long as everyone takes the same: PostgreSQL fails when two sessions alter one role at once. */
const ENSURE_LOCK = 7_093_118;

const NAME = /^[a-z][a-z0-9_]{0,62}$/;

async function connected<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function urlFor(adminUrl: string, database: string, role?: string, password?: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  if (role !== undefined) url.username = role;
  if (password !== undefined) url.password = encodeURIComponent(password);
  return url.href;
}

async function exists(client: Client, query: string, name: string): Promise<boolean> {
  return (await client.query(query, [name])).rowCount === 1;
}

async function ensureRole(client: Client, role: string, password: string): Promise<void> {
  const verb = (await exists(client, 'select 1 from pg_roles where rolname = $1', role)) ? 'alter' : 'create';
  await client.query(`${verb} role ${escapeIdentifier(role)} login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password ${escapeLiteral(password)}`);
}

/**
 * Makes a database with an owner (for migrations) and a role for the service that may connect and nothing
 * more; see grantAppRights for its rights on tables. No other role can connect. Running it again repairs
 * roles, passwords and rights and keeps the data.
 */
export async function ensureDatabase(adminUrl: string, request: DatabaseRequest): Promise<DatabaseUrls> {
  const { database, ownerRole = `${database}_owner`, appRole = `${database}_app`, secretFor } = request;
  for (const name of [database, ownerRole, appRole]) if (!NAME.test(name)) throw new Error(`DATABASE_NAME_INVALID: "${name}"; use lower case letters, digits and _`);
  const [db, owner, app] = [database, ownerRole, appRole].map(escapeIdentifier) as [string, string, string];
  const [ownerPassword, appPassword] = [secretFor(ownerRole), secretFor(appRole)];

  await connected(adminUrl, async (admin) => {
    await admin.query('select pg_advisory_lock($1)', [ENSURE_LOCK]);
    await ensureRole(admin, ownerRole, ownerPassword);
    await ensureRole(admin, appRole, appPassword);
    if (!(await exists(admin, 'select 1 from pg_database where datname = $1', database))) {
      await admin.query(`create database ${db} owner ${owner} template template0 encoding 'UTF8' locale 'C'`);
    }
    await admin.query(`revoke all on database ${db} from public; grant connect on database ${db} to ${app}`);
    await connected(urlFor(adminUrl, database), (inside) => inside.query(`
      revoke all on schema public from public;
      grant usage on schema public to ${app};
      alter default privileges for role ${owner} revoke all on tables from public;
      alter default privileges for role ${owner} revoke all on sequences from public;
      alter default privileges for role ${owner} revoke all on functions from public`));
  });
  return { migratorUrl: urlFor(adminUrl, database, ownerRole, ownerPassword), appUrl: urlFor(adminUrl, database, appRole, appPassword) };
}

/** A pg Client, or anything that answers a query the way it does. */
export interface QueryClient {
  query(sql: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

export interface AppRights {
  /** Tables the service may read and add to, never change or delete from. */
  appendOnly: string[];
  /** Tables the service may only read, such as the list of migrations that ran. */
  readOnly?: string[];
}

interface Relation {
  name: string;
  kind: 'table' | 'partition' | 'view' | 'sequence';
}

/**
 * Gives the service's role its rights on everything the migrator owns in schema public; run it after every
 * migration, by the migrator. Throws APPEND_ONLY_TABLE_MISSING when a named table is not there: a misspelt
 * name would leave the real table open to changes. Partitions are reached through their table only.
 */
export async function grantAppRights(migrator: QueryClient, appRole: string, { appendOnly, readOnly = [] }: AppRights): Promise<void> {
  const relations = (await migrator.query(`
    select relname as name, case when relispartition then 'partition' when relkind in ('r', 'p') then 'table' when relkind = 'S' then 'sequence' else 'view' end as kind
      from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'S') and relowner = current_user::regrole`)).rows as Relation[];
  const functions = (await migrator.query(`
    select oid::regprocedure::text as signature from pg_proc where pronamespace = 'public'::regnamespace and proowner = current_user::regrole`)).rows as { signature: string }[];

  const tables = new Set(relations.filter(({ kind }) => kind === 'table').map(({ name }) => name));
  const missing = [...appendOnly, ...readOnly].filter((name) => !tables.has(name));
  if (missing.length > 0) throw new Error(`APPEND_ONLY_TABLE_MISSING: there is no table ${missing.join(', ')} of the migrator in schema public`);

  const app = escapeIdentifier(appRole);
  const rights = ({ name, kind }: Relation): string | null => {
    if (kind === 'partition') return null;
    if (kind === 'sequence') return 'usage, select';
    if (kind === 'view' || readOnly.includes(name)) return 'select';
    return appendOnly.includes(name) ? 'select, insert' : 'select, insert, update, delete';
  };
  const statements = relations.flatMap((relation) => {
    const target = `${relation.kind === 'sequence' ? 'sequence' : 'table'} public.${escapeIdentifier(relation.name)}`;
    const granted = rights(relation);
    return [`revoke all on ${target} from ${app}`, ...(granted ? [`grant ${granted} on ${target} to ${app}`] : [])];
  });
  statements.push(...functions.map(({ signature }) => `grant execute on routine ${signature} to ${app}`));
  // Sent as one text, PostgreSQL runs it as one transaction.
  if (statements.length > 0) await migrator.query(statements.join(';\n'));
}
