import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { Actor } from '../auth';
import type { Clock } from '../clock';
import { appending, chainOf, lockOfChain, type AuditDraft } from './audit-chain';
import { together } from './statements';

/** What one request read of pupils. Ids are opaque; values are never kept. */
export interface Reading {
  /** null: nobody had signed in */
  actor: Actor | null;
  /** where it came from: `graph`, `download`, `export` */
  source: string;
  clientAddress: string | null;
  traceId: string;
  operation: string | null;
  /** `Type.field` */
  fields: readonly string[];
  pupils: readonly string[];
  /** lists that were searched, with the names of the arguments given: `Query.students(name:)` */
  searches: readonly string[];
}

/** Who looked at whom, and why, in the same hash-chained audit as writes [ACC-AUDIT-01] [AGY-IF-02]. */
export interface ReadLedger {
  /** Resolves when the entry is committed. Requests that wait at the same time are written together, so a reading costs one insert or less. */
  append(reading: Reading): Promise<void>;
}

/** Readings written in one transaction. */
const LARGEST_BATCH = 200;

export function readLedger(dataSource: DataSource, clock: Clock): ReadLedger {
  let waiting: { draft: AuditDraft; done: () => void; failed: (error: unknown) => void }[] = [];
  let isWriting = false;
  const write = (drafts: readonly AuditDraft[]): Promise<void> => dataSource.transaction(async (manager) => {
    const chain = chainOf(randomUUID());
    await together(manager, [{ text: lockOfChain('$1::int'), values: [chain] }]);
    await together(manager, [await appending(manager, chain, drafts)]);
  });
  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, LARGEST_BATCH);
      waiting = waiting.slice(LARGEST_BATCH);
      try {
        await write(batch.map(({ draft }) => draft));
        for (const { done } of batch) done();
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
  };
  return {
    append: (reading) => new Promise((done, failed) => {
      waiting.push({ draft: entryOf(reading, clock.now()), done, failed });
      if (isWriting) return;
      isWriting = true;
      void drain().finally(() => (isWriting = false));
    }),
  };
}

function entryOf({ actor, source, clientAddress, traceId, operation, fields, pupils, searches }: Reading, at: Date): AuditDraft {
  const agency = actor?.agency;
  return {
    at, accountId: actor?.accountId ?? 'anonymous', realName: actor?.realName ?? '', duty: actor?.duty ?? '', organizationId: actor?.organizationId ?? '', source,
    action: 'read', subjectType: 'reading', subjectId: traceId,
    detail: {
      // A person reads because of the duty, an agency for the purpose of its agreement.
      why: agency ? { purpose: agency.purpose, agreementId: agency.agreementId } : { duty: actor?.duty ?? null },
      operation, address: clientAddress, fields: [...fields].sort(), pupils: [...pupils].sort(), searches: [...searches].sort(),
    },
  };
}
