import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, escapeLiteral } from 'pg';

const CHAINS = 16;

/** A statement with `:round`, `:nth` and `:chain` for what differs from one approval to the next. */
type Statement = string;

/** pgbench takes a colon for the start of a variable even within quotes. */
const literal = (text: string): string => `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll(':', '\\x3a')}'`;

const rowsOf = async (owner: Client, table: string, where: string): Promise<Record<string, string | null>[]> => {
  const { rows: columns } = await owner.query<{ name: string }>(
    `select attname as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped and attidentity = '' order by attnum`, [table]);
  return (await owner.query(`select ${columns.map(({ name }) => `${name}::text as ${name}`).join(', ')} from ${table} where ${where}`)).rows;
};
const rowOf = async (...of: Parameters<typeof rowsOf>) => (await rowsOf(...of))[0]!;

const insert = (table: string, row: Record<string, string | null>, own: Record<string, string>): Statement =>
  `insert into ${table} (${Object.keys(row).join(', ')}) values (${Object.entries(row).map(([name, text]) => own[name] ?? (text === null ? 'null' : literal(text))).join(', ')})`;

/**
 * What an approval writes, and nothing else: the rows of the one that the product gave under `requestId`, in one transaction, one statement each.
 * The audit row is chained under a lock of its chain, as the product does it; its hash is of as many bytes.
 */
export async function bareApproval(owner: Client, requestId: string, caseId: string): Promise<Statement[]> {
  const id = `'b' || :round::text || '-' || :nth::text`;
  const step = await rowOf(owner, 'case_step', `request_id = ${escapeLiteral(requestId)}`);
  const audit = await rowOf(owner, 'audit_entry', `subject_id = ${escapeLiteral(caseId)}`);
  const outbox = await rowsOf(owner, 'outbox_event', `event->>'aggregateid' = ${escapeLiteral(caseId)}`);
  const request = await rowOf(owner, 'command_request', `request_id = ${escapeLiteral(requestId)}`);
  const chained = { chain: ':chain::smallint', position: 'coalesce(h.position, 0) + 1', previous_hash: `coalesce(h.hash, repeat('0', 64))`, hash: `encode(sha256(convert_to(coalesce(h.hash, '') || ${literal(JSON.stringify(audit))}, 'UTF8')), 'hex')`, subject_id: id };
  return [
    'begin',
    insert('command_request', request, { request_id: id }),
    `update transfer_case set state = 'MOVING', version = version + 1, due_at = null, due_rule = null, updated_at = now() where id = ${id} and version = ${Number(step.version) - 1}`,
    insert('case_step', step, { record_id: id, request_id: id }),
    // Sent already, so that the product's relay does not carry what only the baseline wrote.
    ...outbox.map((row) => insert('outbox_event', { ...row, sent_at: 'now()' }, { id: 'gen_random_uuid()' })),
    `select pg_advisory_xact_lock(7001, :chain::int)`,
    `${insert('audit_entry', audit, chained).replace(/ values \((.*)\)$/s, ' select $1')} from (values (1)) as one left join (select position, hash from audit_entry where chain = :chain::smallint order by position desc limit 1) h on true`,
    'commit',
  ];
}

export const hasPgbench = (): boolean => spawnSync('pgbench', ['--version']).status === 0;

/** Approvals a second of `each` on every one of so many connections. */
export type BareRun = (run: { url: string; statements: readonly Statement[]; round: number; connections: number; each: number }) => Promise<number>;

export const byPgbench: BareRun = async ({ url, statements, round, connections, each }) => {
  const folder = mkdtempSync(join(tmpdir(), 'xueji-pgbench-'));
  try {
    const script = join(folder, 'approve.sql');
    writeFileSync(script, `\\set n :n + 1\n\\set nth :client_id * 1000000 + :n\n\\set chain random(0, ${CHAINS - 1})\n${statements.map((statement) => `${statement};`).join('\n')}\n`);
    const child = spawn('pgbench', ['--no-vacuum', '--protocol=prepared', `--client=${connections}`, `--transactions=${each}`, `--file=${script}`, '--define=n=0', `--define=round=${round}`, url]);
    let said = '';
    child.stdout.on('data', (text) => (said += text));
    child.stderr.on('data', (text) => (said += text));
    const code = await new Promise((resolve, reject) => child.once('exit', resolve).once('error', reject));
    const rate = Number(/tps = ([\d.]+)/.exec(said)?.[1]);
    if (code !== 0 || !(rate > 0)) throw new Error(`pgbench ended with ${code}: ${said.slice(0, 150)} … ${said.slice(-150)}`);
    return rate;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** The same statements from this process, prepared as well. */
export const byOwnLoop: BareRun = async ({ url, statements, round, connections, each }) => {
  const clients = await Promise.all(Array.from({ length: connections }, async () => {
    const client = new Client({ connectionString: url });
    await client.connect();
    return client;
  }));
  const prepared = statements.map((statement, i) => {
    const names: string[] = [];
    const text = statement.replace(/(?<!:):(round|nth|chain)\b/g, (_, name: string) => `$${(names.includes(name) ? names : (names.push(name), names)).indexOf(name) + 1}`);
    return { name: `bare-${round}-${i}`, text, names };
  });
  try {
    const started = performance.now();
    await Promise.all(clients.map(async (client, nthClient) => {
      for (let n = 1; n <= each; n += 1) {
        const values: Record<string, number> = { round, nth: nthClient * 1_000_000 + n, chain: Math.floor(Math.random() * CHAINS) };
        for (const { name, text, names } of prepared) await client.query({ name, text, values: names.map((each) => String(values[each])) });
      }
    }));
    return (connections * each * 1000) / (performance.now() - started);
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
};
