import type { ExplorerConfig } from '@xueji/gateway';
import { DEMO_PASSWORD, demoOrganization, persona } from '@xueji/testing/dist/src/demo';

const SHOWN = [
  ['REGISTRY_ADMIN', 's-1161000101'], ['REGISTRY_LEADER', 's-1161000101'],
  ['REGISTRY_ADMIN', 's-2161000101'], ['REGISTRY_LEADER', 's-2161000101'], ['REGISTRY_ADMIN', 's-2161000201'], ['REGISTRY_LEADER', 's-2161000201'],
  ['REGISTRY_ADMIN', 's-3161000101'], ['REGISTRY_ADMIN', 'b-610113'], ['REGISTRY_LEADER', 'b-610113'], ['REGISTRY_ADMIN', 'b-610112'],
  ['SUPPORT', 'b-610113'], ['SUPPORT', 'b-6101'], ['IME_SUPER_ADMIN', 'b-6101'], ['PROVINCIAL_ADMIN', 'b-61'], ['SYSTEM_ADMIN', 'b-61'], ['REGISTRY_ADMIN', 'b-61'], ['REGISTRY_ADMIN', 'cn'],
  ['GUARDIAN', 's-2161000101'],
] as const;

/** What the explorer page offers: people to sign in as and operations to click. */
export const explorerConfig = (): ExplorerConfig => ({
  personas: SHOWN.map(([duty, organizationId]) => {
    const { username, realName } = persona(duty, organizationId);
    return { label: realName, username, password: DEMO_PASSWORD, duty, organization: demoOrganization(organizationId).name };
  }),
  login: { query: 'mutation SignIn($input: LoginInput!) {\n  login(input: $input) {\n    tokens {\n      accessToken\n    }\n  }\n}', tokenPath: 'login.tokens.accessToken' },
  operations: [
    { title: '我是谁 · who am I', query: 'query Me {\n  me {\n    realName\n    duty\n    scopes\n    organization {\n      name\n      level\n    }\n  }\n}' },
    { title: '规则是什么 · what a rule says', query: 'query Rule {\n  rule(id: "REG-ENROL-07") {\n    id\n    titleZh\n    titleEn\n    statementZh\n    statementEn\n    source {\n      document\n      article\n    }\n  }\n}' },
  ],
});
