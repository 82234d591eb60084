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

const STEP_COLUMNS = [
  'record_type', 'record_id', 'version', 'from_state', 'to_state', 'command', 'account_id', 'real_name', 'duty', 'organization_id', 'organization_name', 'cites', 'request_id', 'at',
] as const;

/** Writes new newcomers without a statement per row. Part of the transaction of `manager`. */
export const insertNewcomers = (manager: EntityManager, newcomers: readonly Newcomer[]): Promise<void> =>
  copy(manager, 'newcomer', NEWCOMER_COLUMNS, newcomers.map(newcomerCells));

/** The first step of each, as the write door would have recorded it [GEN-FLOW-01]. */
export function insertFirstSteps({ manager, actor, request, now }: CommandScope, newcomers: readonly Newcomer[], command: string, cites: readonly string[]): Promise<void> {
  const citations = `{${cites.join(',')}}`;
  return copy(manager, 'case_step', STEP_COLUMNS, newcomers.map((n) => [
    'newcomer', n.id, n.version, null, n.state, command, actor.accountId, actor.realName, actor.duty, actor.organizationId, actor.organizationName, citations, request.requestId, now,
  ]));
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

function copyText(cell: Cell): string {
  if (cell === null) return '\\N';
  const text = cell instanceof Date ? cell.toISOString() : typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
  return text.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character]!);
}
