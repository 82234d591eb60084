import { agreementConsumers, type ServiceDefinition } from '@xueji/platform';
import { DomainError } from '@xueji/workflow';
import { SchoolCodes20260902000000 } from '../migrations/20260902000000-school-codes';
import { seedDemoOrganizations } from '../seeds/demo/organizations';
import { seedDivisions } from '../seeds/reference/divisions';
import { SchoolCodeApplication } from './code-application/code-application.entity';
import { CodeApplicationResolver, loadCodeApplications } from './code-application/code-application.resolver';
import { SchoolCodeEntry } from './code-application/school-code-entry.entity';
import { CodeTableResolver } from './code-tables/code-table.resolver';
import { Division } from './divisions/division.entity';
import { loadDivision } from './divisions/division.loader';
import { DivisionResolver } from './divisions/division.resolver';
import { authorityOf } from './organizations/education-authority';
import { Organization, OrganizationName } from './organizations/organization.entity';
import { loadOrganizations } from './organizations/organization.loader';
import { OrganizationResolver } from './organizations/organization.resolver';
import { schoolOf } from './organizations/school';
import { SchoolResolver } from './organizations/school.resolver';
import { RuleResolver } from './rule-catalogue/rule.resolver';
import { CodeApplicationCommandsResolver } from './workflows/code-application/code-application.resolver';
import { SchoolLifecycleResolver } from './workflows/school-lifecycle/school-lifecycle.resolver';

/** Owns the organisation tree, division codes and school identifiers; shows the rule catalogue and the code tables. */
export const schoolCodes: ServiceDefinition = {
  name: 'school-codes',
  schema: {
    entities: [Division, Organization, OrganizationName, SchoolCodeEntry, SchoolCodeApplication],
    migrations: [SchoolCodes20260902000000],
    appendOnly: ['school_code_entry'],
  },
  resolvers: [
    DivisionResolver, OrganizationResolver, SchoolResolver, CodeApplicationResolver, SchoolLifecycleResolver, CodeApplicationCommandsResolver, RuleResolver, CodeTableResolver,
  ],
  references: {
    Division: (ids, context) => Promise.all(ids.map((id) => loadDivision(context, id))),
    Organization: loadOrganizations,
    School: async (ids, context) => (await loadOrganizations(ids, context)).map(schoolOf),
    EducationAuthority: async (ids, context) => (await loadOrganizations(ids, context)).map(authorityOf),
    SchoolCodeApplication: loadCodeApplications,
  },
  consumers: agreementConsumers(),
  constraints: {
    code_application_open: () => new DomainError({ code: 'CODE_APPLICATION_OPEN', rule: 'CODE-APPLY-01', field: 'schoolId', zh: '该学校已有办理中的代码申请', en: 'The school already has an open code application' }),
    education_organization_identifier: () => new DomainError({ code: 'SCHOOL_IDENTIFIER_TAKEN', rule: 'CODE-ID-01', field: 'identifier', zh: '该标识码已属于另一所学校', en: 'The identifier belongs to another school' }),
  },
  seeds: { reference: seedDivisions, demo: seedDemoOrganizations },
};
