import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { CommandScope } from '@xueji/platform';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { EntityManager } from 'typeorm';
import type { Newcomer } from './newcomer.entity';

type Cell = string | number | boolean | Date | object | null;

const NEWCOMER_COLUMNS = [
  'id', 'state', 'version', 'created_at', 'updated_at', 'batch_id', 'row_number', 'school_id', 'holder_path', 'class_id', 'name', 'sex', 'birth_date', 'document_type',
  'document_number', 'child_id', 'accepted', 'findings', 'form', 'entered_by',
] as const;

const newcomerCells = (n: Newcomer): Cell[] => [
  n.id, n.state, n.version, n.createdAt, n.updatedAt, n.batchId, n.row, n.schoolId, n.holderPath, n.classId, n.name, n.sex, n.birthDate, n.documentType,
  n.documentNumber, n.childId, n.accepted, n.findings, n.form, n.enteredBy,
];

/** Writes new newcomers without a statement per row. Part of the transaction of `manager`. */
export const insertNewcomers = (manager: EntityManager, newcomers: readonly Newcomer[]): Promise<void> =>
  copy(manager, 'newcomer', NEWCOMER_COLUMNS, newcomers.map(newcomerCells));

/** The first step of each newcomer of a batch, as the write door would have recorded it [GEN-FLOW-01]. */
export async function insertFirstSteps({ manager, actor, request, now }: CommandScope, batchId: string, command: string, cites: readonly string[]): Promise<void> {
  await manager.query(
    `insert into case_step (record_type, record_id, version, to_state, command, account_id, real_name, duty, organization_id, organization_name, cites, request_id, at)
     select 'newcomer', id, version, state, $2, $3, $4, $5, $6, $7, $8, $9, $10 from newcomer where batch_id = $1 order by row_number`,
    [batchId, command, actor.accountId, actor.realName, actor.duty, actor.organizationId, actor.organizationName, cites, request.requestId, now],
  );
}

/** COPY in the text format. Table and columns come from this file only. */
async function copy(manager: EntityManager, table: string, columns: readonly string[], rows: readonly Cell[][]): Promise<void> {
  const client = (await manager.queryRunner!.connect()) as PoolClient;
  await pipeline(Readable.from(lines(rows)), client.query(copyFrom(`copy ${table} (${columns.join(', ')}) from stdin`)));
}

const LINES_PER_CHUNK = 100;

function* lines(rows: readonly Cell[][]): Generator<string> {
  for (let i = 0; i < rows.length; i += LINES_PER_CHUNK) yield rows.slice(i, i + LINES_PER_CHUNK).map((cells) => `${cells.map(copyText).join('\t')}\n`).join('');
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

const escape = (text: string): string => text.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character]!);

function copyText(cell: Cell): string {
  if (cell === null) return '\\N';
  if (cell instanceof Date) return cell.toISOString();
  if (typeof cell !== 'object') return escape(String(cell));
  // JSON has escaped all others itself; most of it has none at all.
  const json = JSON.stringify(cell);
  return json.includes('\\') ? json.replaceAll('\\', '\\\\') : json;
}
