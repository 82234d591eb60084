import type { ExplorerConfig } from '@xueji/gateway';
import { DEMO_PASSWORD, demoOrganization, persona } from '@xueji/testing/dist/src/demo';
import { readyOperations } from './explorer/ready-operations';

const SHOWN = [
  ['REGISTRY_ADMIN', 's-2161000101'], ['REGISTRY_LEADER', 's-2161000101'], ['GUARDIAN', 's-2161000101'],
  ['REGISTRY_ADMIN', 's-1161000101'], ['REGISTRY_LEADER', 's-1161000101'],
  ['REGISTRY_ADMIN', 's-2161000102'], ['GUARDIAN', 's-2161000102'], ['REGISTRY_ADMIN', 's-2161000201'], ['REGISTRY_LEADER', 's-2161000201'], ['REGISTRY_ADMIN', 's-3161000101'],
  ['REGISTRY_ADMIN', 'b-610113'], ['REGISTRY_LEADER', 'b-610113'], ['SUPPORT', 'b-610113'], ['REGISTRY_ADMIN', 'b-610112'],
  ['REGISTRY_ADMIN', 'b-6101'], ['SUPPORT', 'b-6101'], ['IME_SUPER_ADMIN', 'b-6101'],
  ['REGISTRY_ADMIN', 'b-61'], ['PROVINCIAL_ADMIN', 'b-61'], ['SYSTEM_ADMIN', 'b-61'], ['REGISTRY_ADMIN', 'cn'],
] as const;

/** What the explorer page offers: people to sign in as and operations to click. */
export const explorerConfig = (): ExplorerConfig => ({
  personas: SHOWN.map(([duty, organizationId]) => {
    const { username, realName } = persona(duty, organizationId);
    return { label: realName, username, password: DEMO_PASSWORD, duty, organization: demoOrganization(organizationId).name };
  }),
  operations: readyOperations(),
});
