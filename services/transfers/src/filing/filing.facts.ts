import { getOrganization, recordNotFound, type Actor, type OrganizationProjection } from '@xueji/platform';
import { windowState, type BusinessFunction, type PolicyProfile, type TransferRoute } from '@xueji/standards';
import { DomainError, type WindowState } from '@xueji/workflow';
import { In, Not, type EntityManager } from 'typeorm';
import { evidenceOf } from '../evidence/bind-evidence';
import type { EvidenceFacts } from '../evidence/evidence.terms';
import { profilesInForce } from '../policy/policy-profile.rows';
import { openProblems } from '../student/problem.projection';
import { classSizes, StudentProjection, type ClassSize } from '../student/student.projection';
import { TransferCase } from '../transfer/transfer.entity';
import { CLOSED } from '../transfer/transfer.terms';

export interface SchoolFacts {
  id: string;
  path: string;
  authorityId: string;
  /** the unit below the province: a city, or a county straight under it; the school's own bureau when there is none */
  cityId: string;
  stages: readonly string[];
  isActive: boolean;
}

/** `…UnderCity`: the bureau competent for the school is the city itself. */
export interface FilingRoute extends TransferRoute {
  readonly outUnderCity?: boolean;
  readonly inUnderCity?: boolean;
}

/** What the filing of a case looks at. */
export interface FilingFacts {
  student: Pick<StudentProjection, 'studentId' | 'stage' | 'grade' | 'state'>;
  outSchool: SchoolFacts;
  inSchool: SchoolFacts;
  route: FilingRoute;
  /** of the receiving side, which decides; in force now */
  profile: PolicyProfile;
  /** of the transferring-out side; the same one within a province */
  outProfile: PolicyProfile;
  window: WindowState;
  openCaseId: string | null;
  /** files of the documents that the filing names, as far as the filer has them */
  evidence: readonly EvidenceFacts[];
  /** kinds of the open doubts about the record */
  problemKinds: readonly string[];
  /** of the class that is named, else of those known of the pupil's grade at the receiving school */
  classes: readonly ClassSize[];
}

/** What every procedure looks at. */
export interface TransferFacts {
  /** null when the case is filed already: what mattered then stays on it */
  filing: FilingFacts | null;
  /** files of the case's documents, for a review that agrees; else empty */
  evidence: readonly EvidenceFacts[];
}

/** The pupil by id, or by the keyed hashes of number and name. */
export type StudentWanted = { studentId: string } | { numberHash: string; nameHash: string };

const schoolFacts = ({ id, path, competentAuthorityId, parentId, stages, status }: OrganizationProjection): SchoolFacts => {
  const authorityId = competentAuthorityId ?? parentId!;
  return { id, path, authorityId, cityId: path.split('/').filter(Boolean).slice(0, -1)[2] ?? authorityId, stages, isActive: status === 'ACTIVE' };
};

/**
 * Reads all that a filing rests on and keeps the pupil locked till the commit, so that of two filings the second sees the first.
 * A pupil asked for by id must be held by the actor's own school; any school may ask by number and name. Else not found.
 */
export async function filingFacts(manager: EntityManager, { wanted, inSchoolId, classId = null, actor, now, purpose = 'TRANSFER', evidence }: {
  wanted: StudentWanted; inSchoolId: string; classId?: string | null; actor: Actor; now: Date; purpose?: BusinessFunction; evidence: readonly EvidenceFacts[];
}): Promise<FilingFacts> {
  const student = await manager.findOne(StudentProjection, { where: wanted, lock: { mode: 'pessimistic_write' } });
  if (!student || ('studentId' in wanted && student.schoolId !== actor.organizationId)) throw recordNotFound('student');
  const inside = await getOrganization(manager, inSchoolId, 'inSchoolId');
  if (inside.level !== 'SCHOOL') throw new DomainError({ code: 'ORGANIZATION_NOT_SCHOOL', rule: 'GEN-SCOPE-01', field: 'inSchoolId', zh: '转入方不是学校', en: 'The receiving side is not a school' });
  const outside = await getOrganization(manager, student.schoolId, 'studentId');
  const [outSchool, inSchool] = [schoolFacts(outside), schoolFacts(inside)];
  const open = await manager.findOne(TransferCase, { select: { id: true }, where: { studentId: student.studentId, state: Not(In([...CLOSED])) } });
  const [profile, outProfile] = (await profilesInForce(manager, [inside.province, outside.province], now)) as [PolicyProfile, PolicyProfile];
  return {
    student,
    outSchool,
    inSchool,
    route: {
      senior: student.stage === 'SENIOR',
      sameProvince: outside.province === inside.province,
      sameCity: outSchool.cityId === inSchool.cityId,
      sameCounty: outSchool.authorityId === inSchool.authorityId,
      outUnderCity: outSchool.authorityId === outSchool.cityId,
      inUnderCity: inSchool.authorityId === inSchool.cityId,
    },
    profile,
    outProfile,
    window: windowState(profile, purpose, now),
    openCaseId: open?.id ?? null,
    evidence,
    problemKinds: await openProblems(manager, student.studentId),
    classes: await classSizes(manager, { schoolId: inSchoolId, stage: student.stage, grade: student.grade, classId }),
  };
}

/** Facts for the table of any procedure; `filing` for the case that is being filed. */
export const transferFacts = (filing: FilingFacts | null) =>
  async (manager: EntityManager, { record, command }: { record: TransferCase | null; command: string }): Promise<TransferFacts> =>
    ({ filing, evidence: record && command === 'approve' ? await evidenceOf(manager, record.id) : [] });
