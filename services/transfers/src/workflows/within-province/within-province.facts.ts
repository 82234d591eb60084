import { getOrganization, recordNotFound, type Actor, type OrganizationProjection } from '@xueji/platform';
import { profileFor, windowState, type PolicyProfile, type TransferRoute } from '@xueji/standards';
import { DomainError, type WindowState } from '@xueji/workflow';
import { In, Not, type EntityManager } from 'typeorm';
import { StudentProjection } from '../../student/student.projection';
import { TransferCase } from '../../transfer/transfer.entity';
import { CLOSED } from '../../transfer/transfer.terms';

export interface SchoolFacts {
  id: string;
  path: string;
  authorityId: string;
  stages: readonly string[];
  isActive: boolean;
}

/** What the filing of a case looks at. */
export interface FilingFacts {
  student: Pick<StudentProjection, 'studentId' | 'stage' | 'grade' | 'state'>;
  outSchool: SchoolFacts;
  inSchool: SchoolFacts;
  route: TransferRoute;
  /** of the deciding side, in force now */
  profile: PolicyProfile;
  window: WindowState;
  openCaseId: string | null;
}

export interface WithinProvinceFacts {
  /** null when the case is filed already: what mattered then stays on it */
  filing: FilingFacts | null;
}

/** The pupil by id, or by the keyed hashes of number and name. */
export type StudentWanted = { studentId: string } | { numberHash: string; nameHash: string };

const schoolFacts = ({ id, path, competentAuthorityId, parentId, stages, status }: OrganizationProjection): SchoolFacts => ({
  id, path, authorityId: competentAuthorityId ?? parentId!, stages, isActive: status === 'ACTIVE',
});

/** The unit below the province that a school lies in: a city, or a county straight under the province. */
const cityOf = ({ path }: OrganizationProjection): string | null => path.split('/').filter(Boolean).slice(0, -1)[2] ?? null;

/**
 * Reads all that a filing rests on and keeps the pupil locked till the commit, so that of two filings the second sees the first.
 * A pupil asked for by id must be held by the actor's own school; any school may ask by number and name. Else not found.
 */
export async function filingFacts(manager: EntityManager, { wanted, inSchoolId, actor, now, profiles }: {
  wanted: StudentWanted; inSchoolId: string; actor: Actor; now: Date; profiles: readonly PolicyProfile[];
}): Promise<FilingFacts> {
  const student = await manager.findOne(StudentProjection, { where: wanted, lock: { mode: 'pessimistic_write' } });
  if (!student || ('studentId' in wanted && student.schoolId !== actor.organizationId)) throw recordNotFound('student');
  const inSchool = await getOrganization(manager, inSchoolId, 'inSchoolId');
  if (inSchool.level !== 'SCHOOL') throw new DomainError({ code: 'ORGANIZATION_NOT_SCHOOL', rule: 'GEN-SCOPE-01', field: 'inSchoolId', zh: '转入方不是学校', en: 'The receiving side is not a school' });
  const outSchool = await getOrganization(manager, student.schoolId, 'studentId');
  const open = await manager.findOne(TransferCase, { select: { id: true }, where: { studentId: student.studentId, state: Not(In([...CLOSED])) } });
  const profile = profileFor(inSchool.province, now, profiles);
  return {
    student,
    outSchool: schoolFacts(outSchool),
    inSchool: schoolFacts(inSchool),
    route: {
      senior: student.stage === 'SENIOR',
      sameProvince: outSchool.province === inSchool.province,
      sameCity: cityOf(outSchool) === cityOf(inSchool),
      sameCounty: outSchool.competentAuthorityId === inSchool.competentAuthorityId,
    },
    profile,
    window: windowState(profile, 'TRANSFER', now),
    openCaseId: open?.id ?? null,
  };
}
