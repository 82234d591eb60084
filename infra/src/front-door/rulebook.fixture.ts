import { demoOrganization, demoOrganizations } from '@xueji/testing/dist/src/demo';

/**
 * Who may see what, written from the rules and from nothing in the product: the tree by its parents, the duties by the table of ACC-DUTY.
 * The tests hold every way to a record against it.
 */
export interface Person {
  accountId: string;
  duty: string;
  organizationId: string;
}

const BUREAUS = ['MINISTRY', 'PROVINCE', 'CITY', 'COUNTY'];
const levelOf = ({ organizationId }: Person): string => demoOrganization(organizationId).level;
const isBureau = (person: Person) => BUREAUS.includes(levelOf(person));
const is = (person: Person, ...duties: string[]) => duties.includes(person.duty);

/** Is `organizationId` the area's own unit, or does it stand somewhere below it? */
export function standsUnder(areaId: string, organizationId: string): boolean {
  for (let at: string | null = organizationId; at !== null; at = demoOrganization(at).parentId) if (at === areaId) return true;
  return false;
}

/** What a duty is for [ACC-DUTY-02…06] [CODE-ORG-06] [HLP-DESK-05] [HLP-ANN-01] [HLP-ANN-03]. */
export const may = {
  queryPupils: (person: Person) => is(person, 'REGISTRY_ADMIN', 'REGISTRY_LEADER') || (is(person, 'PROVINCIAL_ADMIN') && levelOf(person) === 'PROVINCE'),
  /** once the school has confirmed whose child it is [REG-QUERY-01] */
  followOwnChild: (person: Person) => is(person, 'GUARDIAN'),
  readIdentity: (person: Person) => is(person, 'REGISTRY_ADMIN'),
  enter: (person: Person) => is(person, 'REGISTRY_ADMIN') && !isBureau(person),
  approveAtSchool: (person: Person) => is(person, 'REGISTRY_LEADER') && !isBureau(person),
  approveAtBureau: (person: Person) => is(person, 'REGISTRY_ADMIN') && isBureau(person),
  readStatistics: (person: Person) => (is(person, 'REGISTRY_ADMIN', 'REGISTRY_LEADER') && isBureau(person)) || is(person, 'PROVINCIAL_ADMIN'),
  manageAccounts: (person: Person) => is(person, 'SYSTEM_ADMIN', 'PROVINCIAL_ADMIN'),
  openTickets: () => true,
  answerTickets: (person: Person) => is(person, 'SUPPORT'),
  draftAnnouncements: (person: Person) => is(person, 'IME_SUPER_ADMIN') || (is(person, 'REGISTRY_ADMIN') && isBureau(person)),
  auditAnnouncements: (person: Person) => is(person, 'IME_SUPER_ADMIN'),
  signIn: () => true,
};

/** A record as the rules look at it: whose it is, and who else has to do with it. */
export interface Facts {
  id: string;
  /** school, institution or bureau that holds it */
  holder: string;
  /** the other school of a transfer */
  other?: string;
  /** bureau asked to arbitrate, desk of a ticket, unit a notice is addressed to */
  addressed?: string;
  /** whose it is by person */
  owner?: string;
  /** further persons it was sent to */
  recipients?: string[];
  /** a ticket waits for support; an archive's transfer is under way */
  isOpen?: boolean;
  /** the record that this one is about */
  about?: string;
  state?: string;
  /** place in a list that is not in the order of ids */
  rank?: string | number;
}

const inArea = (person: Person, { holder }: Facts) => standsUnder(person.organizationId, holder);

/** Does the area of the person, or the person's own part in it, take in the record? The duty is asked about apart [ACC-PERM-03]. */
export const concerns = {
  /** held by a unit of the area */
  held: inArea,
  /** either school [TRF-GEN-10] */
  transfer: (person: Person, facts: Facts) => inArea(person, facts) || standsUnder(person.organizationId, facts.other!),
  /** held, or handed in to the own unit for arbitration [PRE-DATA-07] */
  child: (person: Person, facts: Facts) => inArea(person, facts) || facts.addressed === person.organizationId,
  /** own; at the own desk; waiting below it [HLP-DESK-04] */
  ticket: (person: Person, facts: Facts) =>
    facts.owner === person.accountId || (may.answerTickets(person) && (facts.addressed === person.organizationId || (facts.isOpen! && standsUnder(person.organizationId, facts.addressed!)))),
  /** waiting at the own desk */
  queue: (person: Person, facts: Facts) => may.answerTickets(person) && facts.addressed === person.organizationId && facts.isOpen!,
  /** those who work on announcements see the area's; others what was published to them [HLP-ANN-03] */
  announcement: (person: Person, facts: Facts) => (may.draftAnnouncements(person) && inArea(person, facts)) || received(person, facts),
  announcementAtWork: (person: Person, facts: Facts) => may.draftAnnouncements(person) && inArea(person, facts),
  announcementReceived: (person: Person, facts: Facts) => received(person, facts),
  /** to the own unit */
  addressed: (person: Person, facts: Facts) => facts.addressed === person.organizationId,
  /** the giving side for ever, the receiving side while the transfer is open [TRF-INTER-06] */
  archive: (person: Person, facts: Facts) => inArea(person, facts) || (facts.isOpen! && standsUnder(person.organizationId, facts.other!)),
  /** the own account, and those of the area */
  account: (person: Person, facts: Facts) => facts.owner === person.accountId || inArea(person, facts),
  /** whole identity numbers: the producing school alone [AGY-IF-11] */
  own: (person: Person, facts: Facts) => facts.holder === person.organizationId,
  everybody: () => true,
};

const received = (person: Person, facts: Facts) => facts.isOpen! && (facts.recipients ?? []).includes(person.accountId);

export const ORGANIZATIONS = demoOrganizations.map(({ id }) => id);
export const SCHOOLS = demoOrganizations.filter(({ level }) => level === 'SCHOOL').map(({ id }) => id);
export const KINDERGARTENS = demoOrganizations.filter(({ level }) => level === 'INSTITUTION').map(({ id }) => id);
export const BUREAU_IDS = demoOrganizations.filter(({ level }) => BUREAUS.includes(level)).map(({ id }) => id);
