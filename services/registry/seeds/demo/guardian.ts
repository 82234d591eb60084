import { actorOf, type Actor, type CommandScope } from '@xueji/platform';
import { demoOrganization, demoPath, persona } from '@xueji/testing/dist/src/demo';
import { GuardianBinding, guardianBindings } from '../../src/workflows/guardian-binding';
import { graduatingPupils } from './graduating-pupils';

/** The child of the demonstration's guardian of the second primary school. */
export const [, , demoChild] = graduatingPupils as [unknown, unknown, (typeof graduatingPupils)[number]];

const signedIn = (duty: string): Actor => {
  const { accountId, realName } = persona(duty, demoChild.schoolId);
  const { name, level, divisionCode } = demoOrganization(demoChild.schoolId);
  return actorOf({
    accountId, realName, duty: duty as never, organizationId: demoChild.schoolId, organizationName: name, level, path: demoPath(demoChild.schoolId), province: divisionCode.slice(0, 2),
    realNameVerified: true, sessionId: 'seed', certificate: null,
  });
};

/** Binds the guardian to the child the way the two of them would: the guardian asks, the leader of the school confirms. */
export async function seedGuardian(scope: CommandScope): Promise<void> {
  const guardian = signedIn('GUARDIAN');
  if (await scope.manager.existsBy(GuardianBinding, { accountId: guardian.accountId })) return;
  const { id } = await scope.as(guardian).execute(guardianBindings, { command: 'request', input: { name: demoChild.name, nationalStudentNumber: demoChild.nationalStudentNumber, relationship: '2' } });
  await scope.as(signedIn('REGISTRY_LEADER')).execute(guardianBindings, { command: 'confirm', id, input: {} });
}
