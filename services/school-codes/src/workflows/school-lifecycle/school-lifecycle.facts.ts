import { randomUUID } from 'node:crypto';
import { isInArea, type RecordCommands } from '@xueji/platform';
import { cstDate } from '@xueji/standards';
import type { EntityManager } from 'typeorm';
import { SchoolCodeApplication } from '../../code-application/code-application.entity';
import { SchoolCodeEntry } from '../../code-application/school-code-entry.entity';
import { Organization, OrganizationName } from '../../organizations/organization.entity';
import { getOrganizationInArea } from '../../organizations/organization.loader';
import type { LifecycleInput } from './school-lifecycle.inputs';
import type { LifecycleFacts } from './school-lifecycle.rules';
import { schoolLifecycle } from './school-lifecycle.workflow';

const EFFECTIVE = 'EFFECTIVE' satisfies SchoolCodeApplication['state'];

/** Keeps the name with the day it took effect; of two changes on one day the later holds. */
export async function keepName(manager: EntityManager, { id, name }: Organization, day: string): Promise<void> {
  await manager.upsert(OrganizationName, { organizationId: id, validFrom: day, name }, ['organizationId', 'validFrom']);
}

export const schools: RecordCommands<Organization, LifecycleInput, LifecycleFacts> = {
  recordType: 'organization',
  workflow: schoolLifecycle,
  entity: Organization,
  isVisible: (school, actor) => isInArea(actor, school.path),
  facts: async (manager, { record, input: { school, applicationId, identifier }, actor }) => ({
    newId: randomUUID(),
    authority: school ? await getOrganizationInArea(manager, actor, school.authorityId, 'authorityId') : null,
    effectiveApplication: record && applicationId ? await manager.findOneBy(SchoolCodeApplication, { id: applicationId, schoolId: record.id, state: EFFECTIVE }) : null,
    identifierIsVoid: identifier !== undefined && (await manager.existsBy(SchoolCodeEntry, { identifier, act: 'VOIDED' })),
  }),
  effects: async ({ manager, now }, { before, after }) => {
    if (before?.name !== after.name) await keepName(manager, after, cstDate(now));
  },
};
