import type { Actor, OrganizationProjection } from '@xueji/platform';
import { findOrganization } from '@xueji/platform';
import { assignStudentNumber, profileFor, type PolicyProfile } from '@xueji/standards';
import type { EntityManager } from 'typeorm';
import type { Child, ProblemKind } from '../../child/child.entity';
import { PreschoolClass } from '../../class/preschool-class.entity';
import type { ChildInput } from './child-archive.inputs';

/** The institution acting, or holding the child. */
export interface InstitutionFacts {
  id: string;
  path: string;
  divisionCode: string;
  /** is active and runs preschool classes */
  takesChildren: boolean;
}

export interface Duplicate {
  kind: ProblemKind;
  childId: string;
  /** the other archive is another institution's */
  isElsewhere: boolean;
}

/** What a decision about a child looks at beside the record. What a command has no need of is left at null. */
export interface ChildFacts {
  institution: InstitutionFacts | null;
  policy: PolicyProfile;
  /** institution of the class that the input names; null when there is no such class */
  classInstitutionId: string | null;
  duplicate: Duplicate | null;
  /** bureau that arbitrates the problem of this child */
  arbiterId: string | null;
  /** next free sequence of a number that is not made of an ID number; null when none is left */
  sequence: number | null;
  /** a hand-over of this child has been accepted */
  isHandedOver: boolean;
}

/** Archives that count as the one of a child. A draft does not: it has not been checked itself. */
const CHECKED = ['NUMBER_REQUESTED', 'ACTIVE', 'GRADUATED', 'LEFT', 'ENROLLED_PRIMARY'];

// The school registry counts its own numbers from the middle up, so the two never meet.
const LAST_OF_PRESCHOOL = { FORMAL_ID: 0, FORMAL_GENERATED: 500, TEMPORARY: 5000 };

/** Whoever may be the same child is checked one after another, through all institutions. */
async function lock(manager: EntityManager, ...subjects: string[]): Promise<void> {
  for (const subject of subjects.sort()) await manager.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [subject]);
}

async function findDuplicate(manager: EntityManager, child: Child): Promise<Duplicate | null> {
  const { id, name, sex, birthDate, identityDocumentNumber: number } = child;
  await lock(manager, `person ${name} ${sex} ${birthDate}`, ...(number ? [`document ${number}`] : []));
  // A number made of an ID number stays when the document is corrected, so both are looked at.
  const [found] = await manager.query(
    `select id, institution_id, coalesce(identity_document_number = $2 or national_student_number = 'G' || $2, false) as same_document from child
     where id <> $1 and state = any($6) and (identity_document_number = $2 or national_student_number = 'G' || $2
       or (name = $3 and sex = $4 and birth_date = $5 and ($2::text is null or identity_document_number is null)))
     order by same_document desc, created_at, id limit 1`,
    [id, number, name, sex, birthDate, CHECKED],
  );
  return found ? { kind: found.same_document ? 'DUPLICATE_DOCUMENT' : 'DUPLICATE_PERSON', childId: found.id, isElsewhere: found.institution_id !== child.institutionId } : null;
}

async function nextSequence(manager: EntityManager, child: Child, divisionCode: string): Promise<number | null> {
  const trial = assignStudentNumber({
    documentType: child.identityDocumentType!, documentNumber: child.identityDocumentNumber, schoolDivision: divisionCode, birthDate: child.birthDate!, sequence: 0,
  });
  if (trial.type === 'FORMAL_ID') return 0;
  // Letter, division and birth date; three digits and a check character follow in a J number, four digits in an L number.
  const stem = trial.number.slice(0, 15);
  const width = trial.type === 'TEMPORARY' ? 4 : 3;
  await lock(manager, `number ${stem}`);
  const [{ last }] = await manager.query(
    'select coalesce(max(substr(national_student_number, 16, $2)::int) filter (where substr(national_student_number, 16, $2)::int <= $3), 0) as last from child where national_student_number like $1',
    [`${stem}%`, width, LAST_OF_PRESCHOOL[trial.type]],
  );
  return last < LAST_OF_PRESCHOOL[trial.type] ? last + 1 : null;
}

/** The bureau one level above; for a disputed problem the county of the place, whoever is above [PRE-DATA-07]. */
async function findArbiter(manager: EntityManager, child: Child, institution: OrganizationProjection): Promise<string | null> {
  const superior = institution.competentAuthorityId ?? institution.parentId;
  if (!child.problemDisputed) return superior;
  const [county] = await manager.query(
    `select id from organization where level = 'COUNTY' and (id = $1 or division_code = $2) order by (id = $1) desc limit 1`,
    [superior, institution.divisionCode],
  );
  return county?.id ?? superior;
}

export async function childFacts(
  manager: EntityManager,
  { record, input, actor, now, command }: { record: Child | null; input: ChildInput; actor: Actor; now: Date; command: string },
): Promise<ChildFacts> {
  const institution = await findOrganization(manager, record?.institutionId ?? actor.organizationId);
  const namedClass = input.archive ? await manager.findOneBy(PreschoolClass, { id: input.archive.classId }) : null;
  const isChecked = ['requestNumber', 'reportProblem', 'upholdSubstantiation'].includes(command);
  return {
    institution: institution && {
      id: institution.id, path: institution.path, divisionCode: institution.divisionCode,
      takesChildren: institution.status === 'ACTIVE' && institution.stages.includes('PRESCHOOL'),
    },
    policy: profileFor(institution?.province ?? null, now),
    classInstitutionId: namedClass?.institutionId ?? null,
    duplicate: record && isChecked ? await findDuplicate(manager, record) : null,
    arbiterId: record && institution && command === 'substantiate' ? await findArbiter(manager, record, institution) : null,
    sequence: record && institution && command === 'assignNumber' ? await nextSequence(manager, record, institution.divisionCode) : null,
    isHandedOver: record !== null && command === 'enrolInPrimary'
      && (await manager.query(`select 1 from handover where child_id = $1 and state = 'ENROLLED_PRIMARY'`, [record.id])).length > 0,
  };
}
