export const LEVELS = ['MINISTRY', 'PROVINCE', 'CITY', 'COUNTY', 'SCHOOL', 'INSTITUTION'] as const;
/** Level of an organisation; INSTITUTION is a kindergarten, the four above SCHOOL are bureaus. */
export type Level = (typeof LEVELS)[number];

export const DUTIES = [
  'REGISTRY_ADMIN', 'REGISTRY_LEADER', 'SYSTEM_ADMIN', 'PROVINCIAL_ADMIN', 'CLASS_TEACHER', 'TEACHER', 'GUARDIAN',
  'SUPPORT', 'IME_SUPER_ADMIN',
] as const;
/** What an account is for; an account has exactly one [ACC-DUTY-01]. */
export type Duty = (typeof DUTIES)[number];

export const SCOPES = [
  'pupil.enter', 'school.approve', 'bureau.approve', 'pupil.read', 'identity.read', 'statistics.read',
  'system.configure', 'organization.create', 'account.issue', 'class.confirm', 'ticket.open', 'ticket.answer',
  'announcement.draft', 'announcement.audit', 'child.read',
] as const;
/** One thing an account may do. `identity.read` shows document numbers unmasked; `child.read` reaches the own child only. */
export type Scope = (typeof SCOPES)[number];

const SCHOOLS: readonly Level[] = ['SCHOOL', 'INSTITUTION'];
const BUREAUS: readonly Level[] = ['MINISTRY', 'PROVINCE', 'CITY', 'COUNTY'];

interface Grant {
  readonly duty: Duty;
  readonly levels: readonly Level[];
  readonly scopes: readonly Scope[];
}

/** Duty at a level → scopes. What is not here is refused. */
export const GRANTS: readonly Grant[] = [
  { duty: 'REGISTRY_ADMIN', levels: SCHOOLS, scopes: ['pupil.enter', 'pupil.read', 'identity.read', 'ticket.open'] },
  { duty: 'REGISTRY_ADMIN', levels: BUREAUS,
    scopes: ['bureau.approve', 'pupil.read', 'identity.read', 'statistics.read', 'announcement.draft', 'ticket.open'] },
  { duty: 'REGISTRY_LEADER', levels: SCHOOLS, scopes: ['school.approve', 'pupil.read', 'ticket.open'] },
  { duty: 'REGISTRY_LEADER', levels: BUREAUS, scopes: ['pupil.read', 'statistics.read', 'ticket.open'] },
  { duty: 'SYSTEM_ADMIN', levels: LEVELS, scopes: ['system.configure', 'ticket.open'] },
  { duty: 'PROVINCIAL_ADMIN', levels: ['PROVINCE'],
    scopes: ['organization.create', 'account.issue', 'pupil.read', 'statistics.read', 'system.configure', 'ticket.open'] },
  { duty: 'CLASS_TEACHER', levels: SCHOOLS, scopes: ['class.confirm', 'ticket.open'] },
  { duty: 'TEACHER', levels: LEVELS, scopes: ['ticket.open'] },
  { duty: 'GUARDIAN', levels: LEVELS, scopes: ['child.read', 'ticket.open'] },
  { duty: 'SUPPORT', levels: LEVELS, scopes: ['ticket.answer', 'ticket.open'] },
  { duty: 'IME_SUPER_ADMIN', levels: LEVELS, scopes: ['announcement.draft', 'announcement.audit', 'ticket.open'] },
];

/** The scopes of a duty at a level; empty where the duty does not exist at that level. */
export function scopesOf(duty: Duty, level: Level): readonly Scope[] {
  return GRANTS.find((grant) => grant.duty === duty && grant.levels.includes(level))?.scopes ?? [];
}

/** The rule a refusal cites when the scope is missing. */
export const scopeRule: Readonly<Record<Scope, string>> = {
  'pupil.enter': 'ACC-DUTY-02',
  'school.approve': 'ACC-DUTY-03',
  'bureau.approve': 'ACC-DUTY-04',
  'pupil.read': 'ACC-DUTY-06',
  'identity.read': 'ACC-PERM-03',
  'statistics.read': 'ACC-DUTY-05',
  'system.configure': 'ACC-DUTY-06',
  'organization.create': 'CODE-ORG-06',
  'account.issue': 'CODE-ORG-07',
  'class.confirm': 'REG-CLASS-05',
  'ticket.open': 'HLP-DESK-01',
  'ticket.answer': 'HLP-DESK-05',
  'announcement.draft': 'HLP-ANN-01',
  'announcement.audit': 'HLP-ANN-03',
  'child.read': 'REG-QUERY-01',
};

/** The columns of the separation-of-duties matrix, each with the scope that decides it. */
export const DUTY_ACTS = {
  enter: 'pupil.enter',
  approveAtSchool: 'school.approve',
  approveAtBureau: 'bureau.approve',
  query: 'pupil.read',
  statistics: 'statistics.read',
  configure: 'system.configure',
  createOrganization: 'organization.create',
  auditAnnouncement: 'announcement.audit',
} as const satisfies Record<string, Scope>;
export type DutyAct = keyof typeof DUTY_ACTS;

export interface DutyMatrixRow {
  readonly duty: Duty;
  readonly levels: readonly Level[];
  readonly zh: string;
  /** The rule that draws the row. */
  readonly rule: string;
  /** Acts the duty may do; every other act is forbidden to it. */
  readonly may: readonly DutyAct[];
}

/** Who enters, who approves, who only reads, who only configures: the regulation's table, kept apart from the grants it checks. */
export const DUTY_MATRIX: readonly DutyMatrixRow[] = [
  { duty: 'REGISTRY_ADMIN', levels: SCHOOLS, zh: '学籍管理员（校）', rule: 'ACC-DUTY-02', may: ['enter', 'query'] },
  { duty: 'REGISTRY_LEADER', levels: SCHOOLS, zh: '学籍主管领导（校）', rule: 'ACC-DUTY-03', may: ['approveAtSchool', 'query'] },
  { duty: 'REGISTRY_ADMIN', levels: BUREAUS, zh: '学籍管理员（局）', rule: 'ACC-DUTY-04', may: ['approveAtBureau', 'query', 'statistics'] },
  { duty: 'REGISTRY_LEADER', levels: BUREAUS, zh: '学籍主管领导（局）', rule: 'ACC-DUTY-05', may: ['query', 'statistics'] },
  { duty: 'SYSTEM_ADMIN', levels: LEVELS, zh: '系统管理员', rule: 'ACC-DUTY-06', may: ['configure'] },
  { duty: 'PROVINCIAL_ADMIN', levels: ['PROVINCE'], zh: '省级管理员', rule: 'CODE-ORG-06',
    may: ['query', 'statistics', 'configure', 'createOrganization'] },
  { duty: 'CLASS_TEACHER', levels: SCHOOLS, zh: '班主任', rule: 'ACC-DUTY-01', may: [] },
  { duty: 'TEACHER', levels: SCHOOLS, zh: '教师', rule: 'ACC-DUTY-01', may: [] },
  { duty: 'GUARDIAN', levels: SCHOOLS, zh: '家长', rule: 'ACC-DUTY-01', may: [] },
  { duty: 'SUPPORT', levels: LEVELS, zh: '技术支持人员', rule: 'ACC-DUTY-01', may: [] },
  { duty: 'IME_SUPER_ADMIN', levels: LEVELS, zh: 'IME超级管理员', rule: 'HLP-ANN-03', may: ['auditAnnouncement'] },
];
