import { recordNotFound, type Actor, type RecordCommands } from '@xueji/platform';
import { DomainError, refusalOf, refusalsOf } from '@xueji/workflow';
import type { EntityManager } from 'typeorm';
import { filingFacts, type FilingFacts, type StudentWanted } from '../filing/filing.facts';
import type { FileInput } from '../filing/filing.inputs';
import { classStaysInLimit } from '../filing/filing.rules';
import { isChildOf } from '../guardian/guardian-child.projection';
import { StudentProjection } from '../student/student.projection';
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
  // The school that holds the record handles its problems [REG-PROB-02].
  TRANSFER_PROBLEM_RECORD_OPEN: 'OUT_SCHOOL', TRANSFER_IDENTITY_MISMATCH: 'OUT_SCHOOL', TRANSFER_CLASS_FULL: 'IN_SCHOOL',
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
  /** what does not stand in the way and should be known */
  warnings: Blocker[];
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

/** A guardian asks for the own child, as the school that has to file would ask; whom the pupil is not a child of learns nothing. */
async function askedAs(manager: EntityManager, wanted: StudentWanted, actor: Actor): Promise<Actor> {
  if (actor.duty !== 'GUARDIAN') return actor;
  const student = 'studentId' in wanted && (await isChildOf(manager, wanted.studentId, actor.accountId)) ? await manager.findOneBy(StudentProjection, { studentId: wanted.studentId }) : null;
  if (!student) throw recordNotFound('student');
  return { ...actor, duty: 'REGISTRY_ADMIN', organizationId: student.schoolId, realNameVerified: true };
}

/**
 * All that would stand against filing this now, found by the table that files it: the first of the blockers is the refusal that filing would give. A class
 * that would be over its limit is a warning where the province does not refuse it [REG-CLASS-02].
 */
export async function readinessOf(manager: EntityManager, { wanted, inSchoolId, actor, now, input }: {
  wanted: StudentWanted; inSchoolId: string; actor: Actor; now: Date; input: FileInput;
}): Promise<Readiness> {
  // The facts are read as filing reads them, under the pupil's lock, which ends with this transaction.
  return manager.transaction(async (inside) => {
    const asking = await askedAs(inside, wanted, actor);
    let filing: FilingFacts;
    try {
      // Before a filing a paper counts as there when the asker says so: for each a file stands in.
      const evidence = input.documents.map(({ evidenceId: id }) => ({ id, fileName: '', sha256: '', scan: 'CLEAN' as const, caseId: null }));
      filing = await filingFacts(inside, { wanted, inSchoolId, classId: input.classId, actor: asking, now, evidence });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return { filing: null, procedure: null, chain: null, blockers: [{ refusal: error, clearedBy: 'APPLICANT', organizationId: null }], warnings: [] };
    }
    // Of a pupil that neither side of the question holds, nobody else learns anything.
    if (![filing.inSchool.id, filing.outSchool.id].includes(asking.organizationId)) throw recordNotFound('student');
    const { name, chain, records } = wayOf(filing);
    const applicantId = chain.initiator === 'OUT_SCHOOL' ? filing.outSchool.id : filing.inSchool.id;
    const applicant = actor.duty === 'GUARDIAN' ? { ...asking, organizationId: applicantId } : asking;
    const facts = await records.facts(inside, { record: null, input, actor: applicant, now, command: 'file' });
    const situation = { record: null, actor: applicant, input, facts, now, command: 'file' };
    const blocker = async (refusal: DomainError): Promise<Blocker> => {
      const clearedBy = CLEARERS[refusal.code] ?? 'APPLICANT';
      return { refusal, clearedBy, organizationId: await organizationOf(inside, clearedBy, filing, chain) };
    };
    const refusals = refusalsOf(records.workflow, situation);
    const blockers: Blocker[] = [];
    for (const refusal of refusals) blockers.push(await blocker(refusal));
    const isFull = !classStaysInLimit.allows(situation) && !refusals.some(({ code }) => code === classStaysInLimit.code);
    return { filing, procedure: name, chain, blockers, warnings: isFull ? [await blocker(refusalOf(classStaysInLimit, situation))] : [] };
  });
}
