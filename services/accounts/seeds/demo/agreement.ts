import { actorOf, importVerifyingKey, type Actor, type CommandScope } from '@xueji/platform';
import { DEMO_AGREEMENT, DEMO_CLIENT_KEY, demoOrganization, demoPath, persona } from '@xueji/testing/dist/src/demo';
import { AgencyKey, Agreement } from '../../src/agreement/agreement.entity';
import { agreements } from '../../src/workflows/agreement';

const actor = (duty: string, organizationId: string): Actor => {
  const { accountId, realName } = persona(duty, organizationId);
  const { name, level } = demoOrganization(organizationId);
  return actorOf({ accountId, realName, duty: duty as never, organizationId, organizationName: name, level, path: demoPath(organizationId), province: '61', realNameVerified: true, sessionId: 'seed', certificate: null });
};

/** One agency with an active agreement and a key that anybody can look up. Never run in production. */
export async function seedDemoAgreement(scope: CommandScope): Promise<void> {
  if (await scope.manager.existsBy(Agreement, { id: DEMO_AGREEMENT.id })) return;
  const { id, ...asked } = DEMO_AGREEMENT;
  const year = 366 * 86_400_000;
  const requested = await scope.as(actor('PROVINCIAL_ADMIN', 'b-61')).execute(agreements, {
    command: 'requestAgreement', newId: id,
    input: { ...asked, fields: [...asked.fields], validFrom: new Date(scope.now.getTime() - year), validUntil: new Date(scope.now.getTime() + year), confidentialityAccepted: true },
  });
  await scope.as(actor('REGISTRY_ADMIN', 'b-61')).execute(agreements, { command: 'approveAgreement', id: requested.id, input: {} });
  const { kid } = await importVerifyingKey(DEMO_CLIENT_KEY.publicKey);
  await scope.manager.insert(AgencyKey, { kid, agreementId: id, publicKey: DEMO_CLIENT_KEY.publicKey, addedAt: scope.now, revokedAt: null });
}
