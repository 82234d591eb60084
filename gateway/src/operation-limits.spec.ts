import fc from 'fast-check';
import { parse } from 'graphql';
import { LIMITS, limitPassed } from './operation-limits';

/** A document as a tree with its fragments written out, to measure without any cleverness. */
type Node = { alias: boolean; directive: boolean; first: number | null; children: Node[] };
interface Sample { text: string; expanded: Node[] }

const seldom = fc.constantFrom(true, false, false, false, false, false);
const field = fc.record({ alias: seldom, directive: seldom, first: fc.option(fc.integer({ min: 0, max: 30 }), { freq: 1 }) });
const { level } = fc.letrec<{ level: Node[] }>((tie) => ({
  level: fc.array(fc.tuple(field, fc.option(tie('level'), { maxDepth: 4, freq: 1 })).map(([own, children]) => ({ ...own, children: children ?? [] })), { minLength: 1, maxLength: 3 }),
}));

function print(nodes: Node[]): string {
  return `{ ${nodes.map(({ alias, directive, first, children }, index) =>
    `${alias ? `x${index}: ` : ''}f${first === null ? '' : `(first: ${first})`}${directive ? ' @include(if: true)' : ''}${children.length > 0 ? ` ${print(children)}` : ''}`).join(' ')} }`;
}

/** The same levels chained through fragments, each spread twice. */
const samples = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels): Sample => {
  let expanded = levels.at(-1)!;
  let text = `fragment F${levels.length - 1} on T ${print(expanded)}`;
  for (let index = levels.length - 2; index >= 0; index--) {
    text += ` fragment F${index} on T { ...F${index + 1} ...F${index + 1} f ${print(levels[index]!)} }`;
    expanded = [...expanded, ...expanded, { alias: false, directive: false, first: null, children: levels[index]! }];
  }
  return { text: `{ ...F0 } ${text}`, expanded };
});

const total = (nodes: Node[], count: (node: Node) => number): number => nodes.reduce((sum, node) => sum + count(node) + total(node.children, count), 0);
const depthOf = (nodes: Node[]): number => Math.max(0, ...nodes.map(({ children }) => 1 + depthOf(children)));
const costOf = (nodes: Node[]): number => nodes.reduce((sum, { first, children }) => sum + (children.length > 0 ? Math.max(1, first ?? 1) * (1 + costOf(children)) : 0), 0);

it('refuses exactly what passes a limit when all fragments are written out', () => {
  let refused = 0;
  fc.assert(fc.property(samples, ({ text, expanded }) => {
    const passes = expanded.length > LIMITS.rootFields || depthOf(expanded) > LIMITS.depth || total(expanded, ({ alias }) => Number(alias)) > LIMITS.aliases
      || total(expanded, ({ directive }) => Number(directive)) > LIMITS.directives || total(expanded, () => 1) > LIMITS.fields || costOf(expanded) > LIMITS.cost;
    refused += Number(passes);
    expect(limitPassed(parse(text), {}, { introspection: false }) !== null).toBe(passes);
  }), { numRuns: 1000 });
  // Otherwise the property would say nothing.
  expect(refused).toBeGreaterThan(100);
  expect(refused).toBeLessThan(900);
});

it('measures every operation of a document, whichever is run', () => {
  const wide = `query B { ${'f '.repeat(21)} }`;
  expect(limitPassed(parse(`query A { f } ${wide}`), {}, { introspection: false })).toBe('rootFields');
});

it('finds a cycle that is not at the start', () => {
  expect(limitPassed(parse('{ ...A } fragment A on T { f { ...B } } fragment B on T { ...C } fragment C on T { g { ...B } }'), {}, { introspection: false })).toBe('cycle');
});

it('leaves introspection out only where it is allowed', () => {
  const deep = `{ __schema ${'{ a '.repeat(13)}${'}'.repeat(13)} }`;
  expect(limitPassed(parse(deep), {}, { introspection: true })).toBeNull();
  expect(limitPassed(parse(deep), {}, { introspection: false })).toBe('depth');
  expect(limitPassed(parse(`{ ...__schema } fragment __schema on Query ${deep.replace('__schema', 'f')}`), {}, { introspection: true })).toBe('depth');
});
