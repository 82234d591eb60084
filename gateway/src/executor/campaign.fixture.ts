import { parse, print, validate } from 'graphql';
import { stripSecurity } from '../supergraph';
import { NotCompiled } from './plan';
import { OperationMaker, sequence, type Shape } from './generated-operations.fixture';
import { mockSubgraphs, NO_FAULTS, type Faults, type Resolvers } from './mock-subgraphs.fixture';
import { bothExecutors, documentOf, withoutIndexes, type Told } from './oracle.fixture';

export interface CampaignSetting {
  supergraphSdl: string;
  resolvers?: Record<string, Resolvers>;
  /** valid operations to compare */
  operations: number;
  seed: number;
  shape?: Shape;
  /** subgraphs as if remote, several fetches in one request */
  batches?: boolean;
  /** shares of everything that may go wrong; default: each of several mixtures in turn */
  faults?: Partial<Faults>;
  onProgress?: (done: number) => void;
}

export interface Difference {
  seed: number;
  operation: string;
  variables: Record<string, unknown>;
  faults: Faults;
  stock: Told;
  compiled: Told;
}

export interface CampaignReport {
  compared: number;
  /** among them: with data other than null; with errors; with values that did not fit */
  withData: number;
  withErrors: number;
  withFaults: number;
  /** left to the stock executor, by reason */
  left: Record<string, number>;
  /** stock itself gave up on an answer that the specification allows, or threw */
  stockGaveUp: number;
  /** same errors, but stock names another element of a list */
  stockMiscounted: number;
  /** same data and errors, but of several values that did not fit inside an object that became null another one is named (`extensions.valueCompletion`) */
  faultsNamedOtherwise: number;
  differences: Difference[];
}

/** Mixtures of faults, from none to much. */
function mixture(index: number, seed: number, names: readonly string[], batches: boolean): Faults {
  const next = sequence(seed);
  const some = (part: number) => names.filter(() => next() < part);
  switch (index % 6) {
    case 0: return { ...NO_FAULTS, seed };
    case 1: return { ...NO_FAULTS, seed, isNull: 0.15 };
    case 2: return { ...NO_FAULTS, seed, isNull: 0.1, throws: 0.1 };
    case 3: return { ...NO_FAULTS, seed, away: some(0.35) };
    case 4: return { ...NO_FAULTS, seed, throws: 0.03, refusing: some(0.2), away: some(0.1) };
    // What is spoilt follows from the text of a request, which batching changes.
    default: return { ...NO_FAULTS, seed, isNull: 0.05, misfits: batches ? 0 : 0.05 };
  }
}

/** Runs made-up operations on both executors and notes where they differ. The same seed gives the same campaign. */
export async function campaign({ supergraphSdl: full, resolvers = {}, operations, seed, shape = { depth: 5, width: 5 }, batches = false, faults, onProgress }: CampaignSetting): Promise<CampaignReport> {
  const supergraphSdl = print(stripSecurity(parse(full)));
  const mock = mockSubgraphs(supergraphSdl, resolvers);
  let current: Faults = NO_FAULTS;
  const both = await bothExecutors(supergraphSdl, (name, operation) => {
    mock.asked.length = 0;
    return mock.answer(name, operation, current);
  }, { batches });
  const report: CampaignReport = { compared: 0, withData: 0, withErrors: 0, withFaults: 0, left: {}, stockGaveUp: 0, stockMiscounted: 0, faultsNamedOtherwise: 0, differences: [] };
  try {
    for (let at = seed * 1_000_000; report.compared < operations; at += 1) {
      const { text, variables } = new OperationMaker(both.schema, at).make(shape);
      if (text.length > 6000) continue;
      const document = documentOf(text);
      if (validate(both.schema, document).length > 0) continue;
      current = { ...mixture(report.compared, at, mock.names, batches), ...faults };
      const [stock, compiled] = [await both.stock(document, variables).catch((error: Error) => error), await both.compiled(document, variables)];
      report.compared += 1;
      if (report.compared % 1000 === 0) onProgress?.(report.compared);
      if (compiled instanceof NotCompiled) {
        report.left[compiled.reason] = (report.left[compiled.reason] ?? 0) + 1;
        continue;
      }
      if (stock instanceof Error || stock.data === undefined) {
        report.stockGaveUp += 1;
        if (!(stock instanceof Error)) report.differences.push({ seed: at, operation: text, variables, faults: current, stock, compiled });
        continue;
      }
      if (compiled.data !== 'null') report.withData += 1;
      if (compiled.errors.length > 0) report.withErrors += 1;
      if (compiled.faults.length > 0) report.withFaults += 1;
      const isSame = (a: readonly string[], b: readonly string[]) => JSON.stringify(a) === JSON.stringify(b);
      const sameErrors = isSame(stock.errors, compiled.errors);
      const isMiscounted = !sameErrors && isSame(withoutIndexes(stock.errors), withoutIndexes(compiled.errors));
      if (isMiscounted) report.stockMiscounted += 1;
      const sameFaults = isSame(stock.faults, compiled.faults);
      const isNamedOtherwise = !sameFaults && stock.faults.length > 0 && compiled.faults.length > 0;
      if (isNamedOtherwise) report.faultsNamedOtherwise += 1;
      if (stock.data !== compiled.data || !(sameFaults || isNamedOtherwise) || !(sameErrors || isMiscounted)) {
        report.differences.push({ seed: at, operation: text, variables, faults: current, stock, compiled });
      }
    }
  } finally {
    await both.stop();
  }
  return report;
}
