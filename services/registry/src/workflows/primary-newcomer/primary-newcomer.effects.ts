import type { CommandScope } from '@xueji/platform';
import { findOrganization, type RecordCommands } from '@xueji/platform';
import { profileFor, type IntakeRecord } from '@xueji/standards';
import type { Newcomer } from '../../intake/newcomer.entity';
import { newRegionalNumber, newStudentNumber } from '../../student/student-numbers';
import { handovers } from '../primary-handover';
import { students, type EstablishInput } from '../record-status';
import type { NewcomerFacts } from './primary-newcomer.facts';
import type { NewcomerInput } from './primary-newcomer.inputs';

interface Change {
  after: Newcomer;
  input: NewcomerInput;
  facts: NewcomerFacts;
}

/** Asks the kindergarten for a child it knows, once. */
async function requestHandover(scope: CommandScope, { after, facts }: Change): Promise<void> {
  const { child } = facts.match;
  if (!child || facts.handover) return;
  await scope.execute(handovers, {
    command: 'request',
    input: { childId: child.id, institutionId: child.institutionId, schoolId: after.schoolId, holderPath: after.holderPath },
  });
}

async function establish(scope: CommandScope, { after, facts }: Change): Promise<void> {
  await scope.execute(studentsOf(scope), { command: 'establish', newId: after.studentId!, input: await newRecord(scope, after, facts) });
}

/** What the newcomer, the kindergarten and the system each bring to the record [REG-NUM-02, REG-NUM-03, PRE-GRAD-02]. */
async function newRecord({ manager, actor, now }: CommandScope, newcomer: Newcomer, facts: NewcomerFacts): Promise<EstablishInput> {
  const { child } = facts.match;
  const school = (await findOrganization(manager, newcomer.schoolId))!;
  const { form } = newcomer;
  const identity = child
    ? { name: child.name, sex: child.sex, birthDate: child.birthDate, ethnicity: child.ethnicity, nationality: child.nationality, documentType: child.documentType, documentNumber: child.documentNumber }
    : { name: newcomer.name!, sex: newcomer.sex!, birthDate: newcomer.birthDate!, ethnicity: form.ethnicity, nationality: form.nationality, documentType: newcomer.documentType!, documentNumber: newcomer.documentNumber };
  const division = school.divisionCode.slice(0, 6);
  const number = child ? { number: child.number, type: child.numberType } : await newStudentNumber(manager, identity, division);
  const stage = 'PRIMARY';
  return {
    ...identity, nationalStudentNumber: number.number, numberType: number.type, identifierSource: identifierSource(form, identity.documentNumber, profileFor(school.province, now).newcomer.guardianIdentity),
    schoolId: newcomer.schoolId, holderPath: newcomer.holderPath, classId: newcomer.classId, stage, grade: 1, entryYearMonth: form.entryYearMonth,
    regionalStudentNumber: await newRegionalNumber(manager, division, facts.year, stage), childId: newcomer.childId, details: detailsOf(form),
    producingOrganizationId: newcomer.schoolId, enteredBy: newcomer.enteredBy, auditedBy: { accountId: actor.accountId, realName: actor.realName }, handoverId: facts.handover?.id ?? null,
  };
}

function identifierSource({ guardian1, guardian2 }: IntakeRecord, documentNumber: string | null, guardianIdentity: boolean): EstablishInput['identifierSource'] {
  if (documentNumber !== null) return 'OWN_DOCUMENT';
  return guardianIdentity && (guardian1.identityDocumentNumber ?? guardian2.identityDocumentNumber) ? 'GUARDIAN_ID' : 'NONE';
}

/** Columns of the record itself, and what was only needed to find school and class. */
const NOT_DETAILS = new Set([
  'schoolName', 'className', 'schoolIdentifier', 'classNumber', 'gradeLevel', 'name', 'sex', 'birthDate', 'ethnicity', 'nationality', 'identityDocumentType', 'identityDocumentNumber', 'entryYearMonth',
]);

const detailsOf = (form: IntakeRecord) => Object.fromEntries(Object.entries(form).filter(([field]) => !NOT_DETAILS.has(field)));

const remembered = new WeakMap<CommandScope, typeof students>();

/** The record commands with the facts of a school and class read once per transaction: a class of forty has one school and one class. */
function studentsOf(scope: CommandScope): typeof students {
  let known = remembered.get(scope);
  if (!known) {
    const facts = new Map<string, ReturnType<typeof students.facts>>();
    known = {
      ...students,
      facts: (manager, s) => {
        const { schoolId, classId } = s.input as EstablishInput;
        const key = `${schoolId} ${classId}`;
        if (!facts.has(key)) facts.set(key, students.facts(manager, s));
        return facts.get(key)!;
      },
    };
    remembered.set(scope, known);
  }
  return known;
}

/** What commits together with a command on a newcomer. */
export const newcomerEffects: NonNullable<RecordCommands<Newcomer, NewcomerInput, NewcomerFacts>['effects']> = async (scope, change) => {
  const effect = effects[change.command];
  if (effect) await effect(scope, change);
};

const effects: Record<string, (scope: CommandScope, change: Change) => Promise<void>> = {
  submit: async (scope, change) => {
    if (!change.facts.schoolReview) await requestHandover(scope, change);
  },
  pass: requestHandover,
  approve: establish,
};
