import { actorOf, type Actor } from '@xueji/platform';
import { demoOrganization, demoPath, persona } from '../demo';

/** The actor that a demo persona is once signed in. */
export function actorFor(duty: string, organizationId: string, changes: Partial<Actor> = {}): Actor {
  const { accountId, realName } = persona(duty, organizationId);
  const organization = demoOrganization(organizationId);
  return {
    ...actorOf({
      accountId, realName, duty: duty as never, organizationId, organizationName: organization.name, level: organization.level, path: demoPath(organizationId),
      province: organization.level === 'MINISTRY' ? null : organization.divisionCode.slice(0, 2), realNameVerified: true, sessionId: 'test', certificate: null,
    }),
    ...changes,
  };
}
