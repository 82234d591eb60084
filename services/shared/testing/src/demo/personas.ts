import { demoOrganizations, type DemoOrganization } from './organizations';

/** A person of the demonstration country, with the one duty of the account. */
export interface Persona {
  accountId: string;
  username: string;
  realName: string;
  duty: string;
  organizationId: string;
}

/** The one password of all personas. They exist outside production only. */
export const DEMO_PASSWORD = 'Xueji-demo-2026';

const titles: Record<string, string> = {
  REGISTRY_ADMIN: '学籍管理员', REGISTRY_LEADER: '学籍主管领导', SYSTEM_ADMIN: '系统管理员', PROVINCIAL_ADMIN: '省级管理员',
  CLASS_TEACHER: '班主任', TEACHER: '教师', GUARDIAN: '家长', SUPPORT: '技术支持人员', IME_SUPER_ADMIN: '超级管理员',
};

const dutiesOf = ({ level }: DemoOrganization): string[] => {
  const everywhere = ['REGISTRY_ADMIN', 'REGISTRY_LEADER', 'SYSTEM_ADMIN', 'SUPPORT', 'IME_SUPER_ADMIN'];
  if (level === 'PROVINCE') return [...everywhere, 'PROVINCIAL_ADMIN'];
  if (level === 'SCHOOL') return [...everywhere, 'CLASS_TEACHER', 'TEACHER', 'GUARDIAN'];
  if (level === 'INSTITUTION') return [...everywhere, 'CLASS_TEACHER', 'GUARDIAN'];
  return everywhere;
};

const slug = (duty: string) => duty.toLowerCase().replaceAll('_', '-');

/** `registry-admin.s-2161000101` and the like: duty, dot, organisation. */
export const personaUsername = (duty: string, organizationId: string): string => `${slug(duty)}.${organizationId}`;

export const personas: readonly Persona[] = demoOrganizations.flatMap((organization) =>
  dutiesOf(organization).map((duty) => ({
    accountId: `a-${personaUsername(duty, organization.id)}`,
    username: personaUsername(duty, organization.id),
    realName: `${organization.name}${titles[duty]}`,
    duty,
    organizationId: organization.id,
  })),
);

export const persona = (duty: string, organizationId: string): Persona => {
  const found = personas.find((candidate) => candidate.duty === duty && candidate.organizationId === organizationId);
  if (!found) throw new Error(`no persona ${duty} at ${organizationId}`);
  return found;
};
