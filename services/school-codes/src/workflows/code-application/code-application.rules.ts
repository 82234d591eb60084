import type { Actor } from '@xueji/platform';
import type { Rule, Situation } from '@xueji/workflow';
import type { SchoolCodeApplication } from '../../code-application/code-application.entity';
import type { Organization } from '../../organizations/organization.entity';
import type { CodeApplicationInput } from './code-application.inputs';
import type { CodeApplicationKind } from './code-application.terms';

export interface CodeApplicationFacts {
  school: Organization;
  /** the bureau that takes this step: the competent authority when it applies, then the reviewer */
  bureau: Organization;
  /** another application of the school that is still open */
  openApplicationId: string | null;
}

export type CodeApplicationSituation = Situation<SchoolCodeApplication, CodeApplicationInput, CodeApplicationFacts, Actor>;
type ApplicationRule = Rule<SchoolCodeApplication, CodeApplicationInput, CodeApplicationFacts, Actor>;

const LONGEST_NAME = 100;

export const kindOf = (s: CodeApplicationSituation): CodeApplicationKind => s.record?.kind ?? s.input.kind!;

/** The new name asked for; a correction replaces the one applied for before. */
export const newNameOf = (s: CodeApplicationSituation): string | null => s.input.newName?.trim() || s.record?.newName || null;

export const planningHasConfirmed: ApplicationRule = {
  name: 'the code-planning department has confirmed', cites: 'CODE-APPLY-01', code: 'CODE_PLANNING_NOT_CONFIRMED', field: 'codePlanningConfirmed',
  allows: (s) => s.input.codePlanningConfirmed === true,
  message: { zh: '须由学籍部门会同代码规划部门共同申请', en: 'The code-planning department must have confirmed the application' },
};

export const hasNoOpenApplication: ApplicationRule = {
  name: 'the school has no open application', cites: 'CODE-APPLY-01', code: 'CODE_APPLICATION_OPEN', field: 'schoolId',
  allows: (s) => s.facts.openApplicationId === null,
  message: { zh: '该学校已有办理中的代码申请', en: 'The school already has an open code application' },
  details: (s) => ({ applicationId: s.facts.openApplicationId }),
};

export const newSchoolHasNoCode: ApplicationRule = {
  name: 'a school that applies for its first code has none', cites: 'CODE-ID-01', code: 'SCHOOL_ALREADY_CODED', field: 'kind',
  allows: (s) => kindOf(s) !== 'NEW' || s.facts.school.schoolIdentifier === null,
  message: { zh: '该学校已有标识码，标识码赋予后不变', en: 'The school has its identifier, which never changes' },
};

export const renamedSchoolHasCode: ApplicationRule = {
  name: 'a school that changes its name has a code', cites: 'CODE-ID-03', code: 'SCHOOL_CODE_MISSING', field: 'kind',
  allows: (s) => kindOf(s) !== 'RENAME' || s.facts.school.schoolIdentifier !== null,
  message: { zh: '该学校尚未取得标识码，不能申请更名', en: 'The school has no identifier yet and cannot apply for a new name' },
};

export const nameFitsKind: ApplicationRule = {
  name: 'a new name is given for a change of name and for nothing else', cites: 'CODE-ORG-10', code: 'NEW_NAME_INVALID', field: 'newName',
  allows: (s) => {
    const name = newNameOf(s);
    if (kindOf(s) !== 'RENAME') return name === null;
    return name !== null && name.length <= LONGEST_NAME && !/\p{Cc}/u.test(name) && name !== s.facts.school.name;
  },
  message: { zh: `更名须填写与现名不同的新名称（${LONGEST_NAME} 字以内），其他申请不填`, en: `A change of name needs a different name of at most ${LONGEST_NAME} characters; other applications take none` },
};
