import { finished } from 'node:stream/promises';
import type { CommandScope } from '@xueji/platform';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { EntityManager } from 'typeorm';
import type { Newcomer } from './newcomer.entity';

/** What all newcomers of a batch have in common. */
export type SharedCells = Pick<Newcomer, 'batchId' | 'schoolId' | 'holderPath' | 'formTemplate' | 'enteredBy' | 'createdAt'>;
export type OwnCells = Pick<Newcomer,
  | 'id' | 'state' | 'row' | 'classId' | 'name' | 'sex' | 'birthDate' | 'documentType' | 'documentNumber' | 'childId' | 'accepted' | 'findings' | 'formValues'>;

const COLUMNS = [
  'id', 'state', 'row_number', 'class_id', 'name', 'sex', 'birth_date', 'document_type', 'document_number', 'child_id', 'accepted', 'findings', 'form_values',
  'version', 'created_at', 'updated_at', 'batch_id', 'school_id', 'holder_path', 'form_template', 'entered_by',
] as const;

/** Writes a new newcomer as a line for `copyNewcomers`. */
export function newcomerLines({ createdAt, batchId, schoolId, holderPath, formTemplate, enteredBy }: SharedCells): (own: OwnCells) => string {
  const at = createdAt.toISOString();
  const shared = `1\t${at}\t${at}\t${text(batchId)}\t${text(schoolId)}\t${text(holderPath)}\t${text(formTemplate)}\t${json(enteredBy)}\n`;
  return (n) =>
    `${text(n.id)}\t${text(n.state)}\t${n.row}\t${text(n.classId)}\t${text(n.name)}\t${text(n.sex)}\t${text(n.birthDate)}\t${text(n.documentType)}\t${text(n.documentNumber)}\t`
    + `${text(n.childId)}\t${n.accepted}\t${n.findings.length === 0 ? '[]' : json(n.findings)}\t${json(n.formValues)}\t${shared}`;
}

/** Writes new newcomers without a statement per row. Part of the transaction of `manager`. */
export async function copyNewcomers(manager: EntityManager, lines: readonly string[]): Promise<void> {
  const client = (await manager.queryRunner!.connect()) as PoolClient;
  const stream = client.query(copyFrom(`copy newcomer (${COLUMNS.join(', ')}) from stdin`));
  stream.end(lines.join(''));
  await finished(stream);
}

/** The first step of newcomers that stand in the database, as the write door would have recorded it [GEN-FLOW-01]. */
export async function insertFirstSteps({ manager, actor, request, now }: CommandScope, newcomers: readonly Pick<Newcomer, 'id' | 'state'>[], command: string, cites: readonly string[]): Promise<void> {
  const client = (await manager.queryRunner!.connect()) as PoolClient;
  await client.query({
    name: 'newcomers-first-steps',
    text: `insert into case_step (record_type, record_id, version, to_state, command, account_id, real_name, duty, organization_id, organization_name, cites, request_id, at)
     select 'newcomer', n.id, 1, n.state, $3, $4, $5, $6, $7, $8, $9, $10, $11 from unnest($1::text[], $2::text[]) as n(id, state)`,
    values: [newcomers.map(({ id }) => id), newcomers.map(({ state }) => state), command, actor.accountId, actor.realName, actor.duty, actor.organizationId, actor.organizationName, cites, request.requestId, now],
  });
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const SPECIAL = /[\\\t\n\r]/;

/** A text in the text format of COPY. */
const text = (value: string | null): string => {
  if (value === null) return '\\N';
  return SPECIAL.test(value) ? value.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character]!) : value;
};

/** JSON has escaped all others itself; most of it has none at all. */
const json = (value: object): string => {
  const written = JSON.stringify(value);
  return written.includes('\\') ? written.replaceAll('\\', '\\\\') : written;
};
