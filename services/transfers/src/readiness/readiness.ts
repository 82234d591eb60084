import { recordNotFound, type Actor, type RecordCommands } from '@xueji/platform';
import { DomainError, refusalsOf } from '@xueji/workflow';
import type { EntityManager } from 'typeorm';
import { filingFacts, type FilingFacts, type StudentWanted } from '../filing/filing.facts';
import type { FileInput } from '../filing/filing.inputs';
import { TransferCase } from '../transfer/transfer.entity';
import { WAITS, type ReviewChain } from '../transfer/transfer.terms';
import { crossProvinceChain } from '../workflows/cross-province/cross-province.chain';
import { crossProvinceProcedure } from '../workflows/cross-province/cross-province.procedure';
import { withinProvinceChain } from '../workflows/within-province/within-province.chain';
import { withinProvinceProcedure } from '../workflows/within-province/within-province.procedure';

/** Who can clear what stands against a transfer. APPLICANT is the school that files, REVIEWER whom the open case waits for, PROVINCE sets the window. */
export const Clearer = { APPLICANT: 'APPLICANT', OUT_SCHOOL: 'OUT_SCHOOL', IN_SCHOOL: 'IN_SCHOOL', REVIEWER: 'REVIEWER', PROVINCE: 'PROVINCE' } as const;
export type Clearer = keyof typeof Clearer;

/** By code of the refusal; what is not here is for the applicant to put right. */
const CLEARERS: Readonly<Record<string, Clearer>> = {
  TRANSFER_STUDENT_NOT_ACTIVE: 'OUT_SCHOOL', TRANSFER_CASE_OPEN: 'REVIEWER', TRANSFER_CLASS_REQUIRED: 'IN_SCHOOL', TRANSFER_SCHOOL_UNSUITABLE: 'IN_SCHOOL', WINDOW_CLOSED: 'PROVINCE',
};

export interface Blocker {
  refusal: DomainError;
  clearedBy: Clearer;
  /** null where the pupil or the school is not known */
  organizationId: string | null;
}

export interface Readiness {
  /** null where the pupil or the school is not known: then nothing more can be said */
  filing: FilingFacts | null;
  procedure: string | null;
  chain: ReviewChain | null;
  blockers: Blocker[];
}

interface Way {
  name: string;
  chain: ReviewChain;
  records: RecordCommands<TransferCase, any, any>;
}

/** The procedure that a transfer between these schools follows. */
function wayOf(filing: FilingFacts): Way {
  if (filing.route.sameProvince) {
    const chain = withinProvinceChain(filing.profile.transfer, filing.route);
    return { name: withinProvinceProcedure.name, chain, records: withinProvinceProcedure.records(chain, filing) };
  }
  const chain = crossProvinceChain(filing);
  return { name: crossProvinceProcedure.name, chain, records: crossProvinceProcedure.records(chain, filing) };
}

async function organizationOf(manager: EntityManager, clearedBy: Clearer, { inSchool, outSchool, openCaseId }: FilingFacts, chain: ReviewChain): Promise<string | null> {
  if (clearedBy === 'OUT_SCHOOL') return outSchool.id;
  if (clearedBy === 'IN_SCHOOL') return inSchool.id;
  if (clearedBy === 'PROVINCE') return inSchool.path.split('/')[2] ?? null;
  if (clearedBy === 'APPLICANT') return chain.initiator === 'OUT_SCHOOL' ? outSchool.id : inSchool.id;
  const open = await manager.findOneByOrFail(TransferCase, { id: openCaseId! });
  const waited = WAITS[open.state];
  return waited ? open[waited.party] : null;
}

/** All that would stand against filing this now, found by the table that files it: the first of the blockers is the refusal that filing would give. */
export async function readinessOf(manager: EntityManager, { wanted, inSchoolId, actor, now, input }: {
  wanted: StudentWanted; inSchoolId: string; actor: Actor; now: Date; input: FileInput;
}): Promise<Readiness> {
  // The facts are read as filing reads them, under the pupil's lock, which ends with this transaction.
  return manager.transaction(async (inside) => {
    let filing: FilingFacts;
    try {
      // Before a filing a paper counts as there when the asker says so: for each a file stands in.
      const evidence = input.documents.map(({ evidenceId: id }) => ({ id, fileName: '', sha256: '', scan: 'CLEAN' as const, caseId: null }));
      filing = await filingFacts(inside, { wanted, inSchoolId, actor, now, evidence });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return { filing: null, procedure: null, chain: null, blockers: [{ refusal: error, clearedBy: 'APPLICANT', organizationId: null }] };
    }
    // Of a pupil that neither side of the question holds, nobody else learns anything.
    if (![filing.inSchool.id, filing.outSchool.id].includes(actor.organizationId)) throw recordNotFound('student');
    const { name, chain, records } = wayOf(filing);
    const facts = await records.facts(inside, { record: null, input, actor, now, command: 'file' });
    const refusals = refusalsOf(records.workflow, { record: null, actor, input, facts, now, command: 'file' });
    const blockers: Blocker[] = [];
    for (const refusal of refusals) {
      const clearedBy = CLEARERS[refusal.code] ?? 'APPLICANT';
      blockers.push({ refusal, clearedBy, organizationId: await organizationOf(inside, clearedBy, filing, chain) });
    }
    return { filing, procedure: name, chain, blockers };
  });
}
