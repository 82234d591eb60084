import { isInArea, recordNotFound, type CommandScope } from '@xueji/platform';
import { DomainError } from '@xueji/workflow';
import { In } from 'typeorm';
import { newcomers, primaryNewcomer } from '../workflows/primary-newcomer';
import type { NewcomerInput } from '../workflows/primary-newcomer/primary-newcomer.inputs';
import { IntakeBatch } from './intake-batch.entity';
import { newcomerFacts } from './newcomer-facts';
import { Newcomer } from './newcomer.entity';

/** A row that a bulk command left as it was, and why. JSON. */
export interface HeldBack {
  row: number;
  code: string;
  rule: string;
  zh: string;
  en: string;
}

export interface BulkVerdict {
  decided: number;
  held: HeldBack[];
  /** row to go on after with another request; null when all were looked at */
  nextAfterRow: number | null;
}

/** A row meant by its number, and optionally the version of it that the person saw. */
export interface ChosenRow {
  row: number;
  expectedVersion?: number | null;
}

/** Which rows of a batch: those named, or all that stand before the command, after a row. */
export interface Selection {
  rows: readonly ChosenRow[] | null;
  afterRow: number | null;
}

const CHUNK = 500;
/** A request decides so many rows at most, so that it ends in time however long the list is. */
const MOST_ROWS = 1000;

const tooManyRows = () => new DomainError({ code: 'ROWS_TOO_MANY', rule: 'GEN-FLOW-02', field: 'rows', zh: `一次最多办理${MOST_ROWS}行`, en: `At most ${MOST_ROWS} rows at a time` });

/**
 * Gives one command on rows of a batch, at most MOST_ROWS. A row that may not take it is held back with its refusal, the others go on; all in one
 * transaction.
 */
export async function stepThroughBatch(scope: CommandScope, batchId: string, command: string, input: NewcomerInput, selection: Selection): Promise<BulkVerdict> {
  const batch = await scope.manager.findOneBy(IntakeBatch, { id: batchId });
  if (!batch || !isInArea(scope.actor, batch.holderPath)) throw recordNotFound('intake-batch');
  const { rows: chosen } = selection;
  if (chosen && chosen.length > MOST_ROWS) throw tooManyRows();
  const candidates = await rowsOf(scope, batchId, command, selection);
  const found = candidates.slice(0, MOST_ROWS);
  const expected = new Map(chosen?.map(({ row, expectedVersion }) => [row, expectedVersion]));
  const verdict: BulkVerdict = { decided: 0, held: missing(found, chosen), nextAfterRow: candidates.length > MOST_ROWS ? found.at(-1)!.row : null };
  for (let i = 0; i < found.length; i += CHUNK) {
    const ids = found.slice(i, i + CHUNK).map((newcomer) => newcomer.id);
    const locked = await scope.manager.find(Newcomer, { where: { id: In(ids) }, order: { row: 'ASC' }, lock: { mode: 'pessimistic_write' } });
    const facts = await newcomerFacts(scope.manager, locked, scope.now);
    const records = { ...newcomers, facts: async (_: unknown, { record }: { record: Newcomer | null }) => facts.get(record!.id)! };
    for (const { id, row } of locked) {
      const answer = await scope.attempt(records, { command, id, input, expectedVersion: expected.get(row) });
      if (answer.allowed) verdict.decided += 1;
      else verdict.held.push(heldBack(row, answer.error));
    }
  }
  verdict.held.sort((a, b) => a.row - b.row);
  return verdict;
}

function rowsOf({ manager }: CommandScope, batchId: string, command: string, { rows, afterRow }: Selection): Promise<Pick<Newcomer, 'id' | 'row'>[]> {
  const query = manager.createQueryBuilder(Newcomer, 'n').select(['n.id', 'n.row']).where('n.batchId = :batchId', { batchId }).orderBy('n.row').limit(MOST_ROWS + 1);
  if (afterRow !== null) query.andWhere('n.row > :afterRow', { afterRow });
  if (rows) query.andWhere('n.row = any(:rows)', { rows: rows.map(({ row }) => row) });
  else query.andWhere('n.state = any(:states)', { states: statesBefore(command) });
  return query.getMany();
}

const statesBefore = (command: string): string[] => Object.keys(primaryNewcomer.states).filter((state) => primaryNewcomer.findRow(state, command) !== null);

const missing = (found: readonly { row: number }[], chosen: readonly ChosenRow[] | null): HeldBack[] => {
  const rows = new Set(found.map(({ row }) => row));
  return (chosen ?? []).filter(({ row }) => !rows.has(row)).map(({ row }) => heldBack(row, recordNotFound('newcomer')));
};

const heldBack = (row: number, { code, rule, messages: { zh, en } }: DomainError): HeldBack => ({ row, code, rule, zh, en });
