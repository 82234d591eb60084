import { isInArea, type CommandScope, type RecordCommands } from '@xueji/platform';
import { DomainError } from '@xueji/workflow';
import type { EntityManager } from 'typeorm';
import { OPEN_STATES, SchoolCodeApplication } from '../../code-application/code-application.entity';
import { issueIdentifier } from '../../code-application/issue-identifier';
import { Organization } from '../../organizations/organization.entity';
import { getOrganizationInArea } from '../../organizations/organization.loader';
import { isSchoolLevel } from '../../organizations/organization.terms';
import { schools } from '../school-lifecycle/school-lifecycle.facts';
import type { CodeApplicationInput } from './code-application.inputs';
import type { CodeApplicationFacts } from './code-application.rules';
import type { CodeApplicationKind } from './code-application.terms';
import { codeApplication } from './code-application.workflow';

const openApplication = (manager: EntityManager, schoolId: string): Promise<SchoolCodeApplication | null> =>
  manager.createQueryBuilder(SchoolCodeApplication, 'a').where('a.schoolId = :schoolId', { schoolId }).andWhere(OPEN_STATES).getOne();

/** What becomes of the school, by the kind of application that has become effective. */
const carryOut: Readonly<Record<CodeApplicationKind, (scope: CommandScope, application: SchoolCodeApplication) => Promise<unknown>>> = {
  NEW: async (scope, { id: applicationId, schoolId }) => {
    const school = await scope.manager.findOneByOrFail(Organization, { id: schoolId });
    const identifier = await issueIdentifier(scope.manager, school, applicationId, scope.now);
    await scope.execute(schools, { command: 'receiveCode', id: schoolId, input: { applicationId, identifier } });
  },
  RENAME: (scope, { id: applicationId, schoolId }) => scope.execute(schools, { command: 'rename', id: schoolId, input: { applicationId } }),
};

export const codeApplications: RecordCommands<SchoolCodeApplication, CodeApplicationInput, CodeApplicationFacts> = {
  recordType: 'code-application',
  workflow: codeApplication,
  entity: SchoolCodeApplication,
  isVisible: (application, actor) => isInArea(actor, application.path),
  facts: async (manager, { record, input, actor }) => {
    const school = await getOrganizationInArea(manager, actor, record?.schoolId ?? input.schoolId!, 'schoolId');
    if (!isSchoolLevel(school.level)) throw new DomainError({ code: 'SCHOOL_UNKNOWN', rule: 'CODE-APPLY-01', field: 'schoolId', zh: '该机构不是学校或幼儿园', en: 'This organisation is no school' });
    const bureau = await manager.findOneByOrFail(Organization, { id: record ? (record.holderId ?? record.applicantId) : school.parentId! });
    const open = await openApplication(manager, school.id);
    return { school, bureau, openApplicationId: open && open.id !== record?.id ? open.id : null };
  },
  effects: async (scope, { before, after }) => {
    if (after.effectiveOn !== null && !before?.effectiveOn) await carryOut[after.kind](scope, after);
  },
};
