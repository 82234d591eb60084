/**
 * The transfer of pupils as plain data and a few functions, written from the regulations and without a look at the tables of the services: what a test holds
 * the services against. Bureaus are meant where the regulations say county: the one competent for the school.
 */

export type Stage = 'PRIMARY' | 'JUNIOR' | 'SENIOR';

export interface PlainSchool {
  id: string;
  province: '61' | '41';
  city: string;
  county: string;
  stage: Stage;
}

const school = (id: string, province: '61' | '41', city: string, county: string, stage: Stage): PlainSchool => ({ id, province, city, county, stage });

/** Shaanxi (the old school starts) and Henan (the receiving school starts). The last primary school lies in a county straight under the province, the last junior one under a city. */
export const SCHOOLS: readonly PlainSchool[] = [
  school('s-2161000101', '61', 'b-6101', 'b-610113', 'PRIMARY'), school('s-2161000102', '61', 'b-6101', 'b-610113', 'PRIMARY'),
  school('s-2161000201', '61', 'b-6101', 'b-610112', 'PRIMARY'), school('s-2161000301', '61', 'b-6103', 'b-610302', 'PRIMARY'),
  school('s-2141000101', '41', 'b-4101', 'b-410102', 'PRIMARY'), school('s-2141000102', '41', 'b-4101', 'b-410102', 'PRIMARY'),
  school('s-2141000201', '41', 'b-4101', 'b-410103', 'PRIMARY'), school('s-2141000901', '41', 'b-419001', 'b-419001', 'PRIMARY'),
  school('s-3161000101', '61', 'b-6101', 'b-610113', 'JUNIOR'), school('s-3141000101', '41', 'b-4101', 'b-410102', 'JUNIOR'),
  school('s-3161000901', '61', 'b-6101', 'b-6101', 'JUNIOR'),
  school('s-4161000101', '61', 'b-6101', 'b-610113', 'SENIOR'), school('s-4161000201', '61', 'b-6101', 'b-610112', 'SENIOR'),
  school('s-4161000301', '61', 'b-6103', 'b-610302', 'SENIOR'), school('s-4141000101', '41', 'b-4101', 'b-410102', 'SENIOR'),
];

export const schoolOf = (id: string): PlainSchool => SCHOOLS.find((each) => each.id === id)!;
/** Every organisation above a school, and the school. */
export const chainAbove = ({ id, province, city, county }: PlainSchool): string[] => [...new Set(['cn', `b-${province}`, city, county, id])];

export const GRADES: Record<Stage, readonly number[]> = { PRIMARY: [3, 6], JUNIOR: [7, 9], SENIOR: [10] };
const LAST_GRADE = [6, 9];
const NEXT: Record<Stage, { stage: Stage; grade: number } | null> = { PRIMARY: { stage: 'JUNIOR', grade: 7 }, JUNIOR: { stage: 'SENIOR', grade: 10 }, SENIOR: null };

/** A person: a duty at an organisation. A stand-in is the same person as the school's admin, with the leader's duty. */
export interface PlainPerson {
  duty: 'REGISTRY_ADMIN' | 'REGISTRY_LEADER' | 'SYSTEM_ADMIN';
  at: string;
  isStandIn?: boolean;
}

const isSchool = (id: string) => id.startsWith('s-');
export const accountOf = ({ duty, at, isStandIn }: PlainPerson): string => `${isStandIn ? 'REGISTRY_ADMIN' : duty} ${at}`;

const bureaus = [...new Set(SCHOOLS.flatMap((each) => chainAbove(each)).filter((id) => !isSchool(id)))];
export const PERSONS: readonly PlainPerson[] = [
  ...SCHOOLS.flatMap(({ id: at }): PlainPerson[] => [{ duty: 'REGISTRY_ADMIN', at }, { duty: 'REGISTRY_LEADER', at }, { duty: 'REGISTRY_LEADER', at, isStandIn: true }]),
  ...bureaus.flatMap((at): PlainPerson[] => [{ duty: 'REGISTRY_ADMIN', at }, { duty: 'REGISTRY_LEADER', at }]),
  { duty: 'SYSTEM_ADMIN', at: 's-2161000101' },
];

const mayEnter = ({ duty, at }: PlainPerson) => duty === 'REGISTRY_ADMIN' && isSchool(at);
const mayApprove = ({ duty, at }: PlainPerson) => duty === (isSchool(at) ? 'REGISTRY_LEADER' : 'REGISTRY_ADMIN');

export type Procedure = 'within-province' | 'cross-province' | 'progression';

interface Review {
  state: string;
  duty: PlainPerson['duty'];
  at: string;
  /** the receiving school says which class */
  namesClass?: boolean;
  /** of the graduation side, which does not decide on admission [TRF-PROG-04] */
  dataFaultsOnly?: boolean;
}

/** What one service has told the other and the other has not yet taken in. */
export type News = { about: number } & (
  | { kind: 'filed' | 'rejected' | 'withdrawn' | 'completed' | 'archiveRequested' }
  | { kind: 'approved' | 'archiveRetrieved'; to: ClassPlace }
  | { kind: 'graduated'; version: number }
  | { kind: 'transferred'; version: number; school: string; stage: Stage; grade: number }
  | { kind: 'transferRefused'; rules: string[] }
  | { kind: 'archivePacked' }
);

/** A class by where it is; `school` null is one that does not exist. */
export interface ClassPlace {
  school: string | null;
  grade: number;
}

export interface PlainCase {
  pupil: number;
  procedure: Procedure;
  from: string;
  to: string;
  reviews: Review[];
  state: string;
  version: number;
  applicant: string;
  submitter: string;
  place: ClassPlace | null;
  /** rules one of which stands in the refusal; null when nobody refused */
  refusedBy: string[] | null;
}

export interface PlainPupil {
  stage: Stage;
  grade: number;
  state: 'ACTIVE' | 'GRADUATED';
  school: string;
  version: number;
  /** cases the registry has heard of and not heard the end of */
  open: number[];
  /** version of the record that was packed, by case */
  packed: Record<number, number>;
  /** what the transfers know */
  known: { stage: Stage; grade: number; state: 'ACTIVE' | 'GRADUATED'; school: string };
  toRegistry: News[];
  toTransfers: News[];
}

export type Given =
  | { do: 'file'; procedure: Procedure; pupil: number; to: string; by: PlainPerson; byPapers: boolean; place: ClassPlace | null; fault: 'reason' | 'paper' | 'name' | 'formalities' | null }
  | { do: 'approve'; nth: number; by: PlainPerson; place: ClassPlace | null; isStale?: boolean }
  | { do: 'refuse'; nth: number; by: PlainPerson; reason: 'CLASS_FULL' | 'DATA_WRONG' | 'NETWORK_DOWN'; says: boolean; isStale?: boolean }
  | { do: 'withdraw' | 'requestArchive' | 'retrieveArchive'; nth: number; by: PlainPerson; isStale?: boolean }
  | { do: 'acknowledgeArchive'; nth: number; by: PlainPerson; hasRead: boolean; isStale?: boolean }
  | { do: 'approveAll'; of: number[]; by: PlainPerson }
  | { do: 'graduate'; pupil: number; by: PlainPerson }
  | { do: 'hear'; who: 'registry' | 'transfers'; pupil: number }
  | { do: 'calendar'; day: string };

/** Allowed, or refused by one of these rules. `ACCESS` is a field the person may not use at all. Bulk decisions have one of them per case. */
export type Verdict = { against: string[] };
export type Told = { verdicts: Verdict[] };

const ENDED = ['COMPLETED', 'REJECTED', 'WITHDRAWN'];
const no = (...against: string[]): Told => ({ verdicts: [{ against }] });
const yes: Told = { verdicts: [{ against: [] }] };

export class PlainTransfers {
  cases: PlainCase[] = [];
  day = '2026-10-12';
  /** `procedure from command to`, for seeing what a run went through */
  walked: string[] = [];

  constructor(readonly pupils: PlainPupil[]) {}

  copy(): PlainTransfers {
    const copy = new PlainTransfers(structuredClone(this.pupils));
    copy.cases = structuredClone(this.cases);
    copy.day = this.day;
    return copy;
  }

  openCasesOf(pupil: number): number {
    return this.cases.filter((each) => each.pupil === pupil && !ENDED.includes(each.state)).length;
  }

  give(given: Given): Told {
    switch (given.do) {
      case 'file': return this.file(given);
      case 'approveAll': return this.approveAll(given.of, given.by);
      case 'graduate': return this.graduate(given);
      case 'hear': {
        const pupil = this.pupils[given.pupil]!;
        const news = (given.who === 'registry' ? pupil.toRegistry : pupil.toTransfers).shift()!;
        if (given.who === 'registry') this.registryHears(given.pupil, news);
        else this.transfersHear(given.pupil, news);
        return yes;
      }
      case 'calendar':
        this.day = given.day;
        return yes;
      default: return this.decide(given);
    }
  }

  /** The person a case waits for, if any. */
  reviewOf(nth: number): Review | null {
    const { reviews, state } = this.cases[nth]!;
    return reviews.find((review) => review.state === state) ?? null;
  }

  sees(nth: number, { at }: PlainPerson): boolean {
    const { from, to } = this.cases[nth]!;
    return chainAbove(schoolOf(from)).includes(at) || chainAbove(schoolOf(to)).includes(at);
  }

  availableTo(nth: number, by: PlainPerson): string[] {
    const { submitter } = this.cases[nth]!;
    return ['approve', 'refuse', 'withdraw', 'requestArchive', 'acknowledgeArchive', 'retrieveArchive'].filter((command) => {
      const person = this.personFor(nth, command);
      if (person === null || person.duty !== by.duty || person.at !== by.at) return false;
      return !(['approve', 'refuse'].includes(command) && submitter === accountOf(by));
    });
  }

  // Who may do it in the state the case is in; null when nobody may.
  private personFor(nth: number, command: string): { duty: PlainPerson['duty']; at: string } | null {
    const { state, procedure, applicant, to } = this.cases[nth]!;
    const review = this.reviewOf(nth);
    if (command === 'approve' || command === 'refuse') return review;
    const receiving = { duty: 'REGISTRY_ADMIN' as const, at: to };
    if (command === 'withdraw') {
      const further: Record<Procedure, string[]> = { 'within-province': [], 'cross-province': ['MINISTRY_VERIFIED', 'ARCHIVE_WAITING'], progression: ['APPROVED'] };
      return review || further[procedure].includes(state) ? { duty: 'REGISTRY_ADMIN', at: applicant } : null;
    }
    if (command === 'requestArchive') return state === 'MINISTRY_VERIFIED' ? receiving : null;
    if (command === 'acknowledgeArchive') return state === 'ARCHIVE_TRANSFERRING' ? receiving : null;
    if (command === 'retrieveArchive') return state === 'APPROVED' ? receiving : null;
    return null;
  }

  private windowIsOpen(province: string, purpose: 'TRANSFER' | 'PROGRESSION'): boolean {
    if (province !== '61') return true;
    const day = this.day.slice(5);
    return purpose === 'TRANSFER' ? day >= '10-01' || day <= '07-31' : day >= '09-20' && day <= '09-30';
  }

  private file({ procedure, pupil: nth, to, by, byPapers, place, fault }: Extract<Given, { do: 'file' }>): Told {
    if (!mayEnter(by)) return no('ACCESS');
    const { known } = this.pupils[nth]!;
    if (byPapers ? fault === 'name' : known.school !== by.at) return no('ACC-PERM-03');
    const [out, into] = [schoolOf(known.school), schoolOf(to)];
    const isWithin = out.province === into.province;
    const against: string[] = [];
    if (this.openCasesOf(nth) > 0) against.push('GEN-FLOW-06');
    if (procedure === 'within-province' && !isWithin) return no('TRF-INTER-01');
    if (procedure === 'cross-province' && isWithin) against.push('TRF-INTER-01');
    if (procedure === 'progression') {
      const next = NEXT[known.stage];
      if (known.state !== 'GRADUATED' || isWithin || next?.stage !== into.stage) against.push('TRF-PROG-01');
      if (!this.windowIsOpen(into.province, 'PROGRESSION')) against.push('GEN-FLOW-07');
      if (fault === 'formalities') against.push('TRF-PROG-02');
    } else {
      if (known.state !== 'ACTIVE') against.push('TRF-PROG-01');
      if (known.stage !== into.stage) against.push('GEN-SCOPE-01');
      if (!this.windowIsOpen(into.province, 'TRANSFER')) against.push('GEN-FLOW-07');
      if (fault === 'reason' || fault === 'paper') against.push('TRF-GEN-09');
    }
    const applicant = procedure === 'within-province' && into.province === '61' ? out.id : into.id;
    if (by.at !== applicant) against.push('GEN-FLOW-02');
    if (procedure === 'within-province' && out.id === into.id) against.push('TRF-INTRA-01');
    if (applicant === into.id && place === null) against.push('TRF-INTRA-05');
    if (against.length > 0) return no(...against);

    const reviews = REVIEWS_OF[procedure](out, into, known.stage);
    this.cases.push({
      pupil: nth, procedure, from: out.id, to: into.id, reviews, state: reviews[0]!.state, version: 1, applicant, submitter: accountOf(by), place: applicant === into.id ? place : null, refusedBy: null,
    });
    this.walked.push(`${procedure} — file ${reviews[0]!.state}`);
    this.tell(this.cases.length - 1, 'filed');
    return yes;
  }

  private decide(given: Exclude<Given, { do: 'file' | 'approveAll' | 'graduate' | 'hear' | 'calendar' }>): Told {
    const { nth, by, do: command } = given;
    const transfer = this.cases[nth]!;
    const isReview = command === 'approve' || command === 'refuse';
    if (isReview ? !mayApprove(by) : !mayEnter(by)) return no('ACCESS');
    const own: Record<string, Procedure> = { requestArchive: 'cross-province', acknowledgeArchive: 'cross-province', retrieveArchive: 'progression' };
    if (!this.sees(nth, by) || (own[command] && own[command] !== transfer.procedure)) return no('ACC-PERM-03');
    if (given.isStale) return no('GEN-FLOW-02');
    const person = this.personFor(nth, command);
    if (person === null) return no('GEN-FLOW-02');
    const against: string[] = [];
    if (person.duty !== by.duty || person.at !== by.at) against.push('GEN-FLOW-02');
    if (isReview && transfer.submitter === accountOf(by)) against.push('GEN-FLOW-05');
    const review = this.reviewOf(nth);
    if (given.do === 'refuse') {
      if (!given.says) against.push('GEN-FLOW-03');
      if (given.reason === 'NETWORK_DOWN') against.push('TRF-GEN-01');
      if (review!.dataFaultsOnly && given.reason !== 'DATA_WRONG') against.push('TRF-PROG-04');
    }
    if (given.do === 'approve' && review!.namesClass && given.place === null) against.push('TRF-INTRA-05');
    if (given.do === 'acknowledgeArchive' && !given.hasRead) against.push('TRF-INTER-06');
    if (against.length > 0) return no(...against);

    if (given.do === 'approve') this.approve(nth, given.place);
    if (given.do === 'refuse') {
      transfer.refusedBy = ['GEN-FLOW-03'];
      this.move(nth, command, 'REJECTED');
      this.tell(nth, 'rejected');
    }
    if (given.do === 'withdraw') {
      this.move(nth, command, 'WITHDRAWN');
      this.tell(nth, 'withdrawn');
    }
    if (given.do === 'requestArchive') {
      this.move(nth, command, 'ARCHIVE_WAITING');
      this.tell(nth, 'archiveRequested');
    }
    if (given.do === 'acknowledgeArchive' || given.do === 'retrieveArchive') {
      this.move(nth, command, 'MOVING');
      this.pupils[transfer.pupil]!.toRegistry.push({ kind: given.do === 'retrieveArchive' ? 'archiveRetrieved' : 'approved', about: nth, to: transfer.place! });
    }
    return yes;
  }

  private approve(nth: number, place: ClassPlace | null): void {
    const transfer = this.cases[nth]!;
    const at = transfer.reviews.findIndex(({ state }) => state === transfer.state);
    if (transfer.reviews[at]!.namesClass) transfer.place = place;
    const next = transfer.reviews[at + 1];
    if (next) return this.move(nth, 'approve', next.state);
    if (transfer.procedure === 'progression') return this.move(nth, 'approve', 'APPROVED');
    if (transfer.procedure === 'within-province') {
      this.move(nth, 'approve', 'MOVING');
      this.pupils[transfer.pupil]!.toRegistry.push({ kind: 'approved', about: nth, to: transfer.place! });
      return undefined;
    }
    // The Ministry's system looks at once, at what is known here [TRF-INTER-02].
    const { known } = this.pupils[transfer.pupil]!;
    this.move(nth, 'approve', 'MINISTRY_CHECK');
    if (known.state === 'ACTIVE' && known.school === transfer.from) return this.move(nth, 'check', 'MINISTRY_VERIFIED');
    transfer.refusedBy = ['TRF-INTER-02'];
    this.move(nth, 'check', 'REJECTED');
    return this.tell(nth, 'rejected');
  }

  private approveAll(of: number[], by: PlainPerson): Told {
    if (!mayApprove(by)) return no('ACCESS');
    return { verdicts: of.map((nth) => this.decide({ do: 'approve', nth, by, place: null }).verdicts[0]!) };
  }

  private graduate({ pupil: nth, by }: Extract<Given, { do: 'graduate' }>): Told {
    const pupil = this.pupils[nth]!;
    if (!mayEnter(by)) return no('ACCESS');
    if (!chainAbove(schoolOf(pupil.school)).includes(by.at)) return no('ACC-PERM-03');
    if (pupil.state !== 'ACTIVE') return no('GEN-FLOW-02');
    const against: string[] = [];
    if (!LAST_GRADE.includes(pupil.grade)) against.push('REG-GRAD-04');
    if (pupil.open.length > 0) against.push('GEN-FLOW-06');
    if (against.length > 0) return no(...against);
    pupil.state = 'GRADUATED';
    pupil.version += 1;
    pupil.toTransfers.push({ kind: 'graduated', about: -1, version: pupil.version });
    return yes;
  }

  private registryHears(nth: number, news: News): void {
    const pupil = this.pupils[nth]!;
    const { about } = news;
    if (news.kind === 'filed') pupil.open.push(about);
    if (['rejected', 'withdrawn', 'completed'].includes(news.kind)) pupil.open = pupil.open.filter((each) => each !== about);
    if (news.kind !== 'archiveRequested' && news.kind !== 'approved' && news.kind !== 'archiveRetrieved') return;

    const transfer = this.cases[about]!;
    const wanted = news.kind === 'archiveRetrieved' ? 'GRADUATED' : 'ACTIVE';
    const against: string[] = [];
    if (pupil.state !== wanted) against.push('GEN-FLOW-02');
    else {
      if (pupil.school !== transfer.from) against.push('TRF-GEN-06');
      if (pupil.open.some((each) => each !== about)) against.push('GEN-FLOW-06');
      if ('to' in news && news.to.school !== transfer.to) against.push('REG-CLASS-03');
      if (news.kind === 'approved' && news.to.grade !== pupil.grade) against.push('REG-CLASS-03');
      if (news.kind === 'approved' && transfer.procedure === 'cross-province' && pupil.packed[about] !== pupil.version) against.push('TRF-INTER-06');
      if (news.kind === 'archiveRetrieved' && news.to.grade !== NEXT[pupil.stage]?.grade) against.push('REG-GRAD-08');
    }
    if (news.kind !== 'archiveRequested') pupil.open = pupil.open.filter((each) => each !== about);
    if (against.length > 0) {
      pupil.toTransfers.push({ kind: 'transferRefused', about, rules: against });
      return;
    }
    pupil.version += 1;
    if (news.kind === 'archiveRequested') {
      pupil.packed[about] = pupil.version;
      pupil.toTransfers.push({ kind: 'archivePacked', about });
      return;
    }
    if (news.kind === 'archiveRetrieved') Object.assign(pupil, NEXT[pupil.stage]!);
    pupil.state = 'ACTIVE';
    pupil.school = transfer.to;
    pupil.toTransfers.push({ kind: 'transferred', about, version: pupil.version, school: pupil.school, stage: pupil.stage, grade: pupil.grade });
  }

  private transfersHear(nth: number, news: News): void {
    const { known } = this.pupils[nth]!;
    const { about } = news;
    if (news.kind === 'graduated') known.state = 'GRADUATED';
    if (news.kind === 'transferred') {
      Object.assign(known, { state: 'ACTIVE', school: news.school, stage: news.stage, grade: news.grade });
      this.move(about, 'confirmMove', 'COMPLETED');
      this.tell(about, 'completed');
    }
    if (news.kind === 'archivePacked' && this.cases[about]!.state === 'ARCHIVE_WAITING') this.move(about, 'startTransfer', 'ARCHIVE_TRANSFERRING');
    if (news.kind === 'transferRefused' && ['MOVING', 'ARCHIVE_WAITING'].includes(this.cases[about]!.state)) {
      this.cases[about]!.refusedBy = news.rules;
      this.move(about, 'refuseMove', 'REJECTED');
      this.tell(about, 'rejected');
    }
  }

  private move(nth: number, command: string, to: string): void {
    const transfer = this.cases[nth]!;
    this.walked.push(`${transfer.procedure} ${transfer.state} ${command} ${to}`);
    transfer.state = to;
    transfer.version += 1;
  }

  private tell(nth: number, kind: 'filed' | 'rejected' | 'withdrawn' | 'completed' | 'archiveRequested'): void {
    this.pupils[this.cases[nth]!.pupil]!.toRegistry.push({ kind, about: nth });
  }
}

const leaderOf = (state: string, at: PlainSchool, more: Partial<Review> = {}): Review => ({ state, duty: 'REGISTRY_LEADER', at: at.id, ...more });
const bureau = (state: string, at: string, more: Partial<Review> = {}): Review => ({ state, duty: 'REGISTRY_ADMIN', at, ...more });

const REVIEWS_OF: Record<Procedure, (out: PlainSchool, into: PlainSchool, stage: Stage) => Review[]> = {
  'within-province': (out, into, stage) => {
    const inCounty = bureau('IN_COUNTY_REVIEW', into.county);
    const outCounty = bureau('OUT_COUNTY_REVIEW', out.county);
    const counties = into.province === '61'
      ? [leaderOf('IN_SCHOOL_REVIEW', into, { namesClass: true }), outCounty, inCounty]
      : [inCounty, leaderOf('OUT_SCHOOL_REVIEW', out), outCounty];
    const cities = stage === 'SENIOR' || out.city !== into.city ? [bureau('OUT_CITY_REVIEW', out.city), bureau('IN_CITY_REVIEW', into.city)] : [];
    // Whoever is competent for both sides, or on both levels, acts once; of two county roles that of the giving side stays.
    const reviews = out.county === into.county ? counties.filter((each) => each !== inCounty) : counties;
    for (const city of cities) if (!reviews.some(({ at }) => at === city.at)) reviews.push(city);
    return reviews;
  },
  'cross-province': (out, into) => [bureau('IN_COUNTY_REVIEW', into.county), leaderOf('AWAITING_OUT_CONFIRMATION', out), bureau('OUT_COUNTY_REVIEW', out.county)],
  progression: (out, into, stage) => [
    bureau('IN_AUTHORITY_REVIEW', NEXT[stage]!.stage === 'SENIOR' ? into.city : into.county), bureau('OUT_AUTHORITY_REVIEW', out.county, { dataFaultsOnly: true }),
  ],
};
