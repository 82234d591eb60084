import { randomUUID } from 'node:crypto';
import { runCommand } from '@xueji/platform';
import { actorFor } from '@xueji/testing';
import type { TransferCase } from '@xueji/transfers/dist/src/transfer/transfer.entity';
import { recordsOf } from '@xueji/transfers/dist/src/workflows';
import { bareApproval, byOwnLoop, byPgbench, hasPgbench } from './bare-approval';
import { median, type Line } from './line';
import { caseBeforeItsLastApproval } from './synthetic-cases';
import { withTransfers, type TransfersUnderLoad } from './transfers-service';

const ROUNDS = 5;
/** approvals of one connection in one round, by connections */
const EACH = { 1: 200, 4: 100, 16: 50 } as const;
const TARGET = 1 / 3;

const bureau = actorFor('REGISTRY_ADMIN', 'b-610113');
const template = caseBeforeItsLastApproval('s-2161000101', 's-2161000102');
const APPROVE = 'mutation($input: ApproveTransferInput!) { approveTransfer(input: $input) { transferCase { id state version } } }';

/** `each` cases for every connection, named `<prefix><round>-<client × 1,000,000 + nth>`. */
const fill = ({ owner }: TransfersUnderLoad, prefix: string, round: number, connections: number, each: number) => owner.query(
  `insert into transfer_case select r.* from generate_series(0, $4::int - 1) client, generate_series(1, $5::int) nth, lateral (select $2 || $3::text || '-' || client * 1000000 + nth as id) n,
     lateral jsonb_populate_record(null::transfer_case, $1::jsonb || jsonb_build_object('id', n.id, 'student_id', 'student of ' || n.id)) r`,
  [JSON.stringify(template), prefix, round, connections, each],
);

/** Approvals a second of `each` on every one of so many connections. */
async function rateOf(connections: number, each: number, approve: (nth: number) => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await Promise.all(Array.from({ length: connections }, async (_, client) => {
    for (let n = 1; n <= each; n += 1) await approve(client * 1_000_000 + n);
  }));
  return (connections * each * 1000) / (performance.now() - started);
}

/** Last approvals of transfers through the write door and through the graph, against a bare script that writes the same rows in one transaction. */
export const measure = (): Promise<Line[]> => withTransfers({ poolSize: 20, durable: true }, async (under) => {
  const { service, owner, ownerUrl, ask } = under;
  const records = recordsOf(template as unknown as TransferCase);
  const throughDoor = (id: string, requestId: string = randomUUID()) => runCommand(service.host, records, { requestId, actor: bureau, source: 'graph' }, { command: 'approve', id, input: { classId: null, reason: null } });
  const throughGraph = (id: string) => ask(bureau, APPROVE, { input: { requestId: randomUUID(), id } });

  const requestId = randomUUID();
  await fill(under, 'first', 0, 1, 1);
  await throughDoor('first0-1', requestId);
  const statements = await bareApproval(owner, requestId, 'first0-1');
  const withPgbench = hasPgbench();
  const bare = withPgbench ? byPgbench : byOwnLoop;
  const lines: Line[] = [];
  let round = 0;
  for (const [connections, each] of Object.entries(EACH).map(([key, value]) => [Number(key), value] as const)) {
    const rates = { bare: [] as number[], door: [] as number[], graph: [] as number[] };
    for (let nth = 0; nth <= ROUNDS; nth += 1) {
      round += 1;
      const ways: Record<keyof typeof rates, () => Promise<number>> = {
        bare: () => bare({ url: ownerUrl, statements, round, connections, each }),
        door: () => rateOf(connections, each, (n) => throughDoor(`d${round}-${n}`)),
        graph: () => rateOf(connections, each, (n) => throughGraph(`g${round}-${n}`)),
      };
      for (const prefix of ['b', 'd', 'g']) await fill(under, prefix, round, connections, each);
      const names = Object.keys(ways) as (keyof typeof rates)[];
      // The first round warms up; the others take turns in who comes first.
      for (const name of [...names.slice(nth % 3), ...names.slice(0, nth % 3)]) {
        const rate = await ways[name]();
        await service.settled();
        if (nth > 0) rates[name].push(rate);
      }
    }
    const base = median(rates.bare);
    const line = (what: string, rate: number): Line => ({
      what: `transfers: approve ${what}, ${connections} connection${connections === 1 ? '' : 's'} (baseline: ${withPgbench ? 'pgbench' : 'no pgbench on PATH: an own loop'} writing the same rows)`,
      baseline: `${base.toFixed(0)}/s`, measured: `${rate.toFixed(0)}/s`, ratio: `${(rate / base).toFixed(2)} ×`, target: '≥ 0.33 ×', met: rate / base >= TARGET,
    });
    lines.push(line('through the write door', median(rates.door)), line('through the graph', median(rates.graph)));
  }
  const [{ undone }] = (await owner.query(`select count(*)::int as undone from transfer_case where state <> 'MOVING'`)).rows;
  if (undone > 0) throw new Error(`${undone} cases were not approved`);
  return lines;
});
