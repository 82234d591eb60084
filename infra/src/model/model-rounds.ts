import { workflows } from '@xueji/transfers';
import { transitionsOf } from '@xueji/workflow';
import fc from 'fast-check';
import { chainAbove, GRADES, PERSONS, PlainTransfers, schoolOf, SCHOOLS, type ClassPlace, type Given, type PlainPerson, type Procedure, type Stage, type Told } from './plain-transfers';
import { plainPupils, RealServices, type Answered, type RealRun, type Seen } from './real-transfers';

const KINDS = [
  { school: 's-2161000101', grade: 3 }, { school: 's-2161000101', grade: 6 }, { school: 's-2161000301', grade: 3 }, { school: 's-2141000101', grade: 3 }, { school: 's-2141000101', grade: 6 },
  { school: 's-2141000901', grade: 3 }, { school: 's-3161000101', grade: 9 }, { school: 's-3141000101', grade: 9 }, { school: 's-2161000101', grade: 6 }, { school: 's-2141000201', grade: 6 }, { school: 's-3161000901', grade: 7 }, { school: 's-4161000101', grade: 10 }, { school: 's-4141000101', grade: 10 },
];
const DAYS = ['2026-10-12', '2026-10-12', '2026-09-25', '2026-08-15'];
const PUPILS = 3;

/** What a run holds: the model, the services, and what the client knows of versions. */
interface Model {
  plain: PlainTransfers;
}

/** Numbers that a command makes its choices with: the same ones choose the same in the same situation. */
interface Dice {
  pupil: number;
  nth: number;
  way: number;
  person: number;
  other: number;
}

const dice: fc.Arbitrary<Dice> = fc.record({ pupil: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(PUPILS - 1) }), nth: fc.nat(1_000), way: fc.nat(1_000), person: fc.nat(1_000), other: fc.nat(1_000) });

type Intent = (plain: PlainTransfers, dice: Dice) => Given | null;
const pick = <T>(from: readonly T[], nth: number): T => from[nth % from.length]!;
const anyPerson = (nth: number): PlainPerson => pick(PERSONS, nth);
const admin = (at: string): PlainPerson => ({ duty: 'REGISTRY_ADMIN', at });

/** Mostly the newest case of the pupil; now and then one that is over. */
const caseOf = (plain: PlainTransfers, { pupil, nth, way }: Dice): number | null => {
  const own = plain.cases.flatMap((each, at) => (each.pupil === pupil ? [at] : []));
  if (own.length === 0) return null;
  return way % 10 === 0 ? pick(own, nth) : own.at(-1)!;
};

const NEXT_GRADE: Record<Stage, number> = { PRIMARY: 7, JUNIOR: 10, SENIOR: 10 };
const gradeFor = (plain: PlainTransfers, pupil: number) => (plain.pupils[pupil]!.known.state === 'GRADUATED' ? NEXT_GRADE[plain.pupils[pupil]!.known.stage] : plain.pupils[pupil]!.known.grade);
/** The right class, and now and then one of another school, of another grade, or none. */
const placeFor = (plain: PlainTransfers, pupil: number, to: string, luck: number): ClassPlace | null => {
  const grade = gradeFor(plain, pupil);
  if (plain.pupils[pupil]!.known.state === 'GRADUATED' && luck % 6 === 0) return grade === 7 ? { school: to, grade: 9 } : { school: null, grade };
  if (luck % 24 === 1) return null;
  if (luck % 24 === 2) return { school: pick(SCHOOLS, luck).id, grade };
  if (luck % 24 === 3) return { school: to, grade: pick(GRADES[schoolOf(to).stage], luck) };
  return { school: to, grade };
};

const NEXT_STAGE: Record<Stage, Stage> = { PRIMARY: 'JUNIOR', JUNIOR: 'SENIOR', SENIOR: 'SENIOR' };

/** A filing that fits what is known of the pupil. */
const fileFitting: Intent = (plain, { pupil, nth, other }) => {
  const { known } = plain.pupils[pupil]!;
  const stage = known.state === 'GRADUATED' ? NEXT_STAGE[known.stage] : known.stage;
  const from = schoolOf(known.school);
  const fitting = SCHOOLS.filter((each) => each.id !== from.id && each.stage === stage && (known.state === 'ACTIVE' || each.province !== from.province));
  if (fitting.length === 0) return null;
  const to = pick(fitting, nth);
  const procedure: Procedure = known.state === 'GRADUATED' ? 'progression' : from.province === to.province ? 'within-province' : 'cross-province';
  const byOld = procedure === 'within-province' && to.province === '61';
  return { do: 'file', procedure, pupil, to: to.id, by: admin(byOld ? from.id : to.id), byPapers: !byOld, place: byOld ? null : placeFor(plain, pupil, to.id, other), fault: null };
};

/** A filing by anybody, of anything, to anywhere. */
const fileAnyhow: Intent = (plain, { pupil, nth, way, person, other }) => {
  const to = pick(SCHOOLS, nth).id;
  const procedure = pick<Procedure>(['within-province', 'cross-province', 'progression'], way);
  const bySchool = procedure === 'within-province' ? pick([to, plain.pupils[pupil]!.known.school, pick(SCHOOLS, other).id], person) : to;
  const by = person % 8 === 0 ? { ...anyPerson(person), at: procedure === 'within-province' ? anyPerson(person).at : to } : admin(bySchool);
  const faults = ['reason', 'paper', 'name', 'formalities', null, null, null] as const;
  const fault = pick(faults, other);
  const isLawful = procedure === 'progression' ? fault === 'reason' || fault === 'paper' : fault === 'formalities';
  return { do: 'file', procedure, pupil, to, by, byPapers: procedure !== 'within-province' || way % 2 === 0, place: placeFor(plain, pupil, to, other), fault: isLawful ? null : fault };
};

/** Whatever the case waits for, by the person it waits for. */
const advance: Intent = (plain, luck) => {
  const nth = caseOf(plain, luck);
  if (nth === null) return null;
  const { state, to, pupil } = plain.cases[nth]!;
  const review = plain.reviewOf(nth);
  if (review) return { do: 'approve', nth, by: { duty: review.duty, at: review.at }, place: review.namesClass ? placeFor(plain, pupil, to, luck.other) : null };
  const by = admin(to);
  if (state === 'MINISTRY_VERIFIED') return { do: 'requestArchive', nth, by };
  if (state === 'ARCHIVE_TRANSFERRING') return { do: 'acknowledgeArchive', nth, by, hasRead: luck.other % 6 !== 0 };
  if (state === 'APPROVED') return { do: 'retrieveArchive', nth, by };
  return null;
};

/** Any decision by anybody, or the right one by the stand-in, with an old version, with a reason that is none. */
const decideAnyhow: Intent = (plain, luck) => {
  const nth = caseOf(plain, luck);
  if (nth === null) return null;
  const { way, person, other } = luck;
  const review = plain.reviewOf(nth);
  const by: PlainPerson = person % 3 === 0 && review ? { duty: review.duty, at: review.at, ...(review.duty === 'REGISTRY_LEADER' && way % 2 === 0 && { isStandIn: true }) }
    : person % 3 === 1 ? pick([admin(plain.cases[nth]!.to), admin(plain.cases[nth]!.from), admin(plain.cases[nth]!.applicant)], way) : anyPerson(other);
  const isStale = other % 9 === 0;
  const place = { school: plain.cases[nth]!.to, grade: gradeFor(plain, plain.cases[nth]!.pupil) };
  const all: Given[] = [
    { do: 'approve', nth, by, place, isStale }, { do: 'refuse', nth, by, reason: pick(['CLASS_FULL', 'DATA_WRONG', 'NETWORK_DOWN'] as const, other), says: luck.nth % 4 !== 0, isStale },
    { do: 'withdraw', nth, by, isStale }, { do: 'requestArchive', nth, by, isStale }, { do: 'acknowledgeArchive', nth, by, hasRead: way % 2 === 0, isStale }, { do: 'retrieveArchive', nth, by, isStale },
  ];
  return pick(all, way);
};

const withdraw: Intent = (plain, luck) => {
  const nth = caseOf(plain, luck);
  return nth === null ? null : { do: 'withdraw', nth, by: admin(plain.cases[nth]!.applicant) };
};

const refuse: Intent = (plain, luck) => {
  const nth = caseOf(plain, luck);
  const review = nth === null ? null : plain.reviewOf(nth);
  return review && { do: 'refuse', nth: nth!, by: { duty: review.duty, at: review.at }, reason: review.dataFaultsOnly && luck.other % 4 !== 0 ? 'DATA_WRONG' : 'CLASS_FULL', says: true };
};

const approveAll: Intent = (plain, { nth, person }) => {
  const open = plain.cases.flatMap((each, at) => (plain.reviewOf(at) ? [at] : []));
  if (open.length === 0) return null;
  const review = plain.reviewOf(pick(open, nth))!;
  // In the order of the ids, which the model does not know, two cases of one pupil cannot meet: only one is open.
  return { do: 'approveAll', of: plain.cases.map((_, at) => at).slice(-4), by: person % 4 === 0 ? anyPerson(person) : { duty: review.duty, at: review.at } };
};

/** Mostly somebody who can, be it while a case is on its way that the registry has not heard of. */
const graduate: Intent = (plain, { pupil, person, way }) => {
  const can = [pupil, 0, 1, 2].find((nth) => plain.pupils[nth]!.state === 'ACTIVE' && [6, 9].includes(plain.pupils[nth]!.grade) && plain.pupils[nth]!.open.length === 0);
  const nth = way % 5 === 0 ? pupil : can;
  return nth === undefined ? null : { do: 'graduate', pupil: nth, by: person % 9 === 0 ? anyPerson(person) : admin(plain.pupils[nth]!.school) };
};

/** The next news of this pupil. */
const hearOf = (who: 'registry' | 'transfers'): Intent => (plain, { pupil }) => {
  const { toRegistry, toTransfers } = plain.pupils[pupil]!;
  return (who === 'registry' ? toRegistry : toTransfers).length > 0 ? { do: 'hear', who, pupil } : null;
};

/** The next news of this pupil or, when there is none, of another. */
const hear = (who: 'registry' | 'transfers'): Intent => (plain, luck) =>
  Array.from({ length: PUPILS }, (_, more) => hearOf(who)(plain, { ...luck, pupil: (luck.pupil + more) % PUPILS })).find((given) => given !== null) ?? null;

const calendar: Intent = (_plain, { nth }) => ({ do: 'calendar', day: pick(DAYS, nth) });

/** What people do next when the first thought leads nowhere. */
const orElse = (first: Intent): Intent => (plain, luck) => [first, advance, fileFitting, hear('registry'), hear('transfers')].reduce<Given | null>((given, intent) => given ?? intent(plain, luck), null);

const WEIGHTED: readonly [weight: number, intent: Intent][] = [
  [10, fileFitting], [3, fileAnyhow], [40, advance], [6, decideAnyhow], [3, withdraw], [4, refuse], [2, approveAll], [8, graduate], [20, hear('registry')], [20, hear('transfers')], [1, calendar],
];

/** What a round came across. */
export interface RoundReport {
  runs: number;
  steps: number;
  races: number;
  filings: number;
  /** transitions walked, as `procedure from command to`, with how often */
  walked: Map<string, number>;
  /** rules that refused, with how often */
  refusals: Map<string, number>;
}

const count = (counts: Map<string, number>, what: string) => void counts.set(what, (counts.get(what) ?? 0) + 1);

class Difference extends Error {}

const fits = ({ verdicts }: Told, { refusals }: Answered): boolean =>
  verdicts.length === refusals.length && verdicts.every(({ against }, at) => (refusals[at] === null ? against.length === 0 : against.includes(refusals[at]!)));

/** Everything in which the databases and the bus differ from the model. */
function differences(plain: PlainTransfers, seen: Seen): string[] {
  const found: string[] = [];
  const compare = (what: string, wanted: unknown, got: unknown) => {
    if (JSON.stringify(wanted) !== JSON.stringify(got)) found.push(`${what}: the model says ${JSON.stringify(wanted)}, the services ${JSON.stringify(got)}`);
  };
  for (const [nth, { state, version, refusedBy }] of plain.cases.entries()) {
    const got = seen.cases[nth]!;
    compare(`case ${nth}`, [state, version], [got.state, got.version]);
    if (refusedBy === null ? got.refusedBy !== null : !refusedBy.includes(got.refusedBy ?? '')) compare(`refusal of case ${nth}`, refusedBy, got.refusedBy);
  }
  for (const [nth, pupil] of plain.pupils.entries()) {
    compare(`custody of pupil ${nth}`, pupil.state === 'ACTIVE' ? `HELD ${pupil.school}` : 'POOL', seen.custody[nth]);
    compare(`cases of pupil ${nth} open in the registry`, pupil.open.length, seen.open[nth]);
    const openInModel = plain.openCasesOf(nth);
    if (openInModel > 1) found.push(`pupil ${nth} has ${openInModel} open cases`);
    compare(`what the registry has yet to hear of pupil ${nth}`, pupil.toRegistry.map(({ kind }) => kind), seen.waiting[nth]!.registry);
    compare(`what the transfers have yet to hear of pupil ${nth}`, pupil.toTransfers.map(({ kind }) => kind), seen.waiting[nth]!.transfers);
  }
  return found;
}

async function compareAll(plain: PlainTransfers, real: RealRun, viewers: readonly [nth: number, by: PlainPerson][]): Promise<void> {
  await real.told();
  const found = differences(plain, await real.look());
  for (const [nth, by] of viewers) {
    const wanted = plain.sees(nth, by) && by.duty !== 'SYSTEM_ADMIN' ? plain.availableTo(nth, by).sort() : null;
    const got = await real.availableTo(nth, by);
    if (JSON.stringify(wanted) !== JSON.stringify(got)) found.push(`commands of case ${nth} for ${by.duty} ${by.at}: the model says ${JSON.stringify(wanted)}, the services ${JSON.stringify(got)}`);
  }
  if (real.services.bus.deadLetters() > 0) found.push('there are dead letters');
  if (found.length > 0) throw new Difference(found.join('\n'));
}

const versionsOf = (plain: PlainTransfers) => plain.cases.map(({ version }) => version);

/** One command: what to do follows from the situation and the dice, and is said in the report of a failed run. */
class Doing implements fc.AsyncCommand<Model, RealRun> {
  private given: Given | null = null;

  constructor(private readonly intent: Intent, private readonly luck: Dice, private readonly report: RoundReport) {}

  check({ plain }: Model): boolean {
    return this.intent(plain, this.luck) !== null;
  }

  async run({ plain }: Model, real: RealRun): Promise<void> {
    // A delivery may have come between the check and this.
    const given = this.intent(plain, this.luck);
    if (!given) return;
    this.given = given;
    const versions = versionsOf(plain);
    const walkedBefore = plain.walked.length;
    const told = plain.give(given);
    const answered = await real.give(given, this.luck.other % 2 === 0 || ('isStale' in given && given.isStale) ? versions : []);
    if (!fits(told, answered)) throw new Difference(`${JSON.stringify(given)}: the model says ${JSON.stringify(told.verdicts)}, the services ${JSON.stringify(answered.refusals)}`);
    this.report.steps += 1;
    if (given.do === 'file' && answered.refusals[0] === null) this.report.filings += 1;
    for (const step of plain.walked.slice(walkedBefore)) count(this.report.walked, step);
    for (const rule of answered.refusals) if (rule) count(this.report.refusals, rule);
    await compareAll(plain, real, viewersOf(plain, given, this.luck));
  }

  toString(): string {
    return this.given ? JSON.stringify(this.given) : 'nothing';
  }
}

/** The person the case waits for, and somebody else. */
function viewersOf(plain: PlainTransfers, given: Given, { person, way }: Dice): [number, PlainPerson][] {
  const nth = 'nth' in given ? given.nth : plain.cases.length - 1;
  if (nth < 0) return [];
  const { to, from } = plain.cases[nth]!;
  const review = plain.reviewOf(nth);
  return [[nth, review && way % 2 === 0 ? { duty: review.duty, at: review.at } : admin(to)], [nth, pick([anyPerson(person), ...chainAbove(schoolOf(from)).map(admin)], way)]];
}

/** The same event twice, whenever. */
class HearAgain implements fc.AsyncCommand<Model, RealRun> {
  constructor(private readonly luck: Dice, private readonly report: RoundReport) {}

  check(): boolean {
    return true;
  }

  async run({ plain }: Model, real: RealRun): Promise<void> {
    const { pupil, nth, way } = this.luck;
    await real.services.bus.handOverAgain(way % 2 === 0 ? 'registry' : 'transfers', real.pupils[pupil]!.id, nth);
    this.report.steps += 1;
    await compareAll(plain, real, []);
  }

  toString(): string {
    return `hear again ${JSON.stringify(this.luck)}`;
  }
}

/** Every order in which the clients' requests can have been carried out. */
const orders = <T>(of: readonly T[]): T[][] => (of.length < 2 ? [[...of]] : of.flatMap((first, at) => orders([...of.slice(0, at), ...of.slice(at + 1)]).map((rest) => [first, ...rest])));

/** Several clients at the same instant: their answers and what is left must be those of some order, one after the other. */
class Race implements fc.AsyncCommand<Model, RealRun> {
  private given: Given[] = [];

  constructor(private readonly lucks: readonly { intent: Intent; luck: Dice }[], private readonly report: RoundReport) {}

  private choose(plain: PlainTransfers): Given[] {
    // All look at the same pupil, and each event is heard once.
    const { pupil, nth, way } = this.lucks[0]!.luck;
    const given = this.lucks.flatMap(({ intent, luck }) => intent(plain, { ...luck, pupil, nth, way: Math.floor(luck.way / 10) * 10 + 1 + (way % 9) }) ?? []);
    // Nobody names a version here: which one is current is what the race is about.
    return given.map((each) => ('isStale' in each ? { ...each, isStale: false } : each)).filter((each, at) => each.do !== 'calendar' && (each.do !== 'hear' || given.findIndex((other) => other.do === 'hear' && other.who === each.who) === at));
  }

  check({ plain }: Model): boolean {
    return this.choose(plain).length > 1;
  }

  async run(model: Model, real: RealRun): Promise<void> {
    const given = this.choose(model.plain);
    if (given.length < 2) return;
    this.given = given;
    const answers = await Promise.all(given.map((each) => real.give(each)));
    await real.told();
    const seen = await real.look();
    for (const order of orders(given.map((_, at) => at))) {
      const plain = model.plain.copy();
      if (!order.every((at) => fits(plain.give(given[at]!), answers[at]!))) continue;
      if (plain.cases.length !== real.caseIds.length || differences(plain, seen).length > 0) continue;
      for (const step of plain.walked) count(this.report.walked, step);
      for (const { refusals } of answers) for (const rule of refusals) if (rule) count(this.report.refusals, rule);
      this.report.races += 1;
      this.report.steps += given.length;
      model.plain = plain;
      return;
    }
    throw new Difference(`no order of ${JSON.stringify(given)} explains the answers ${JSON.stringify(answers.map(({ refusals }) => refusals))}`);
  }

  toString(): string {
    return `race ${JSON.stringify(this.given)}`;
  }
}

const RACING: readonly [number, Intent][] = [[8, advance], [1, refuse], [1, withdraw], [2, fileFitting], [1, approveAll], [1, decideAnyhow], [3, hearOf('registry')], [3, hearOf('transfers')], [1, graduate]];

const weighted = (of: readonly [number, Intent][]) => fc.oneof(...of.map(([weight, intent]) => ({ weight, arbitrary: fc.constant(intent) })));

/** Every transition that the tables of the transfers have, in the words of a report. Nobody ever finds a case in the Ministry's check: it is left in the same transaction. */
export const tableTransitions = (): string[] => [
  ...new Set(workflows.flatMap((workflow) => transitionsOf(workflow).map(({ from, command, to }) => `${workflow.name.replace(/-from-.*/, '')} ${from ?? '—'} ${command} ${to}`))),
].filter((transition) => !transition.includes('MINISTRY_CHECK withdraw'));

export interface RoundSettings {
  runs: number;
  /** commands in one run at most */
  steps: number;
  seed: number;
  onRun?(nth: number): void;
}

/** Goes through `runs` lives of three pupils each, every other one with races; throws what fast-check found, with the commands that lead there. */
export async function modelRound({ runs, steps, seed, onRun = () => undefined }: RoundSettings): Promise<RoundReport> {
  const report: RoundReport = { runs: 0, steps: 0, races: 0, filings: 0, walked: new Map(), refusals: new Map() };
  const services = await RealServices.start();
  const doing = fc.tuple(weighted(WEIGHTED), dice).map(([intent, luck]) => new Doing(orElse(intent), luck, report));
  const again = dice.map((luck) => new HearAgain(luck, report));
  const race = fc.array(fc.record({ intent: weighted(RACING), luck: dice }), { minLength: 2, maxLength: 4 }).map((lucks) => new Race(lucks, report));
  const kinds = fc.array(fc.constantFrom(...KINDS), { minLength: PUPILS, maxLength: PUPILS });
  const options = { maxCommands: steps, size: 'max' as const };

  const prepare = async (chosen: readonly { school: string; grade: number }[]) => {
    report.runs += 1;
    onRun(report.runs);
    return { model: { plain: new PlainTransfers(plainPupils(chosen)) } as Model, real: await services.startRun(chosen) };
  };
  /** All that is on its way arrives, and then nobody has more than one case open, in either service. */
  const settle = async ({ model, real }: { model: Model; real: RealRun }) => {
    for (let left = 200; left > 0; left -= 1) {
      const given = [0, 1, 2].flatMap((pupil) => (['registry', 'transfers'] as const).flatMap((who) => hearOf(who)(model.plain, { pupil } as Dice) ?? []))[0];
      if (!given) break;
      model.plain.give(given);
      await real.give(given);
      await real.told();
    }
    await compareAll(model.plain, real, []);
    for (const pupil of [0, 1, 2]) if (model.plain.pupils[pupil]!.open.length !== model.plain.openCasesOf(pupil)) throw new Difference(`the services do not agree on the open cases of pupil ${pupil}`);
  };

  try {
    await fc.assert(
      fc.asyncProperty(kinds, fc.commands([...Array.from({ length: 12 }, () => doing), again, race], options), async (chosen, commands) => {
        const start = await prepare(chosen);
        await fc.asyncModelRun(() => start, commands);
        await settle(start);
      }),
      { numRuns: Math.ceil(runs / 2), seed, endOnFailure: true },
    );
    await fc.assert(
      // Here what is told arrives when the scheduler says so, in between whatever people do.
      fc.asyncProperty(kinds, fc.commands([...Array.from({ length: 6 }, () => doing), race], options), fc.scheduler(), async (chosen, commands, scheduler) => {
        const start = await prepare(chosen);
        const deliver = (pupil: number, who: 'registry' | 'transfers') => scheduler.scheduleSequence([{
          label: `${who} hears of ${pupil}`,
          builder: async () => {
            const given = hearOf(who)(start.model.plain, { pupil } as Dice);
            if (!given) return;
            start.model.plain.give(given);
            await start.real.give(given);
            report.steps += 1;
            await compareAll(start.model.plain, start.real, []);
          },
        }]);
        const deliveries = Array.from({ length: steps }, (_, nth) => deliver(nth % PUPILS, Math.floor(nth / PUPILS) % 2 === 0 ? 'registry' : 'transfers'));
        await fc.scheduledModelRun(scheduler, () => start, commands);
        for (const { task } of deliveries) await task.then(({ faulty }) => {
          if (faulty) throw new Difference('a delivery left the services different from the model');
        });
        await settle(start);
      }),
      { numRuns: Math.floor(runs / 2), seed: seed + 1, endOnFailure: true },
    );
    return report;
  } finally {
    await services.stop();
  }
}
