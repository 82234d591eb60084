import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import type { Resolvers } from './mock-subgraphs.fixture';

/** A small graph that shows one thing federation can do. */
export interface FederationCase {
  title: string;
  subgraphs: Record<string, string>;
  /** by subgraph; what is not given is made up */
  resolvers?: Record<string, Resolvers>;
  operations: { text: string; variables?: Record<string, unknown>; data?: unknown }[];
}

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requires", "@provides", "@external", "@shareable", "@override", "@interfaceObject", "@inaccessible", "@tag"])\n`;

export function supergraphOf({ title, subgraphs }: FederationCase): string {
  const { supergraphSdl, errors } = composeServices(Object.entries(subgraphs).map(([name, sdl]) => ({ name, url: `http://${name}.invalid`, typeDefs: parse(LINK + sdl) })));
  if (!supergraphSdl) throw new Error(`${title}: ${String(errors)}`);
  return supergraphSdl;
}

const numbers = (...ids: number[]) => ids.map((id) => ({ id: String(id) }));

export const federationCases: FederationCase[] = [
  {
    title: 'a field that requires others, and one that requires a field with an argument',
    subgraphs: {
      goods: 'type Query { parcels: [Parcel!]! } type Parcel @key(fields: "id") { id: ID! weight: Int! size: Size height(unit: Unit): Int } type Size { width: Int! depth: Int } enum Unit { CM MM }',
      post: `type Parcel @key(fields: "id") { id: ID! weight: Int! @external size: Size @external height(unit: Unit): Int @external
        postage: Int @requires(fields: "weight size { width depth }") fits: Boolean @requires(fields: "height(unit: MM)") } type Size { width: Int! @external depth: Int @external } enum Unit { CM MM }`,
    },
    resolvers: {
      goods: { Query: { parcels: () => [{ id: '1', weight: 3, size: { width: 2, depth: null } }, { id: '2', weight: 5, size: null }] }, Parcel: { height: ({ id }, { unit }) => Number(id) * (unit === 'MM' ? 10 : 1) } },
      post: { Parcel: { postage: ({ weight, size }) => weight * 10 + (size?.width ?? 0), fits: ({ height }) => height > 15 } },
    },
    operations: [
      { text: '{ parcels { id postage fits } }', data: { parcels: [{ id: '1', postage: 32, fits: false }, { id: '2', postage: 50, fits: true }] } },
      { text: '{ parcels { postage size { depth } weight } p: parcels { fits postage } }' },
    ],
  },
  {
    title: 'what one subgraph provides of another\'s entity, on one path only',
    subgraphs: {
      news: 'type Query { latest: [Article!]! @provides(fields: "author { name }") all: [Article!]! } type Article @key(fields: "id") { id: ID! author: Author } type Author @key(fields: "id") { id: ID! name: String @external }',
      people: 'type Query { authors: [Author!]! } type Author @key(fields: "id") { id: ID! name: String @shareable born: Int }',
    },
    resolvers: {
      news: { Query: { latest: () => [{ id: 'a', author: { id: '1', name: 'as provided' } }], all: () => [{ id: 'a', author: { id: '1' } }, { id: 'b', author: null }] } },
      people: { Author: { name: () => 'as kept', born: () => 1900 } },
    },
    operations: [
      { text: '{ latest { author { name } } }', data: { latest: [{ author: { name: 'as provided' } }] } },
      { text: '{ all { author { name born } } }', data: { all: [{ author: { name: 'as kept', born: 1900 } }, { author: null }] } },
      { text: '{ latest { author { name born } } all { author { name } } }' },
    ],
  },
  {
    title: 'a field that moved to another subgraph',
    subgraphs: {
      old: 'type Query { bills: [Bill!]! } type Bill @key(fields: "id") { id: ID! sum: Int! paid: Boolean! }',
      young: 'type Bill @key(fields: "id") { id: ID! sum: Int! @override(from: "old") }',
    },
    resolvers: { old: { Query: { bills: () => numbers(1, 2) }, Bill: { sum: () => -1, paid: () => true } }, young: { Bill: { sum: ({ id }) => Number(id) * 100 } } },
    operations: [{ text: '{ bills { id sum paid } }', data: { bills: [{ id: '1', sum: 100, paid: true }, { id: '2', sum: 200, paid: true }] } }],
  },
  {
    title: 'interfaces, unions and what their members have under one name with different types',
    subgraphs: {
      zoo: `type Query { animals: [Animal]! any: [Any!] one(id: ID!): Animal } interface Animal { id: ID! name: String } type Cat implements Animal @key(fields: "id") { id: ID! name: String lives: Int! tag: String }
        type Dog implements Animal @key(fields: "id") { id: ID! name: String barks: Boolean tag: Int } type Cage @key(fields: "no") { no: Int! inside: [[Animal]!] } union Any = Cat | Dog | Cage`,
      vet: 'type Cat @key(fields: "id") { id: ID! checks: [Check!]! } type Dog @key(fields: "id") { id: ID! checks: [Check!]! } type Check { on: String! by: Animal } interface Animal { id: ID! } type Cage @key(fields: "no") { no: Int! clean: Boolean! }',
    },
    resolvers: {
      zoo: {
        Query: {
          animals: () => [{ __typename: 'Cat', id: 'c1', name: 'Mi', lives: 9 }, null, { __typename: 'Dog', id: 'd1', name: null, barks: true }],
          any: () => [{ __typename: 'Cage', no: 1, inside: [[{ __typename: 'Cat', id: 'c1', name: 'Mi', lives: 9 }, null], []] }, { __typename: 'Dog', id: 'd1', name: 'Bo', barks: false, tag: 4 }, { __typename: 'Cat', id: 'c2', name: 'Mo', lives: 1, tag: 'x' }],
        },
      },
      vet: { Cat: { checks: ({ id }) => [{ on: `day of ${id}`, by: { __typename: 'Dog', id: 'd9' } }] }, Dog: { checks: () => [] }, Cage: { clean: () => true } },
    },
    operations: [
      { text: '{ animals { __typename ... on Cat { lives } ... on Dog { barks } ... on Animal { n: name } } }', data: { animals: [{ __typename: 'Cat', lives: 9, n: 'Mi' }, null, { __typename: 'Dog', barks: true, n: null }] } },
      { text: '{ any { ... on Cat { tag } ... on Dog { t: tag } ... on Cage { no clean inside { id ... on Cat { checks { on by { id } } } } } } }' },
      { text: '{ animals { ...A id } any { ... on Animal { ...A } __typename } } fragment A on Animal { kind: __typename ... on Dog { checks { on } } ... on Cat { checks { by { __typename id ... on Dog { name } } } } }' },
      { text: 'query ($a: Boolean! = true, $b: Boolean!) { animals { id @skip(if: $b) ... on Cat @include(if: $a) { lives } ... @include(if: $b) { name } } }', variables: { b: false }, data: { animals: [{ id: 'c1', lives: 9 }, null, { id: 'd1' }] } },
    ],
  },
  {
    title: 'an interface as an object of another subgraph',
    subgraphs: {
      media: 'type Query { shelf: [Medium!]! first: Medium } interface Medium @key(fields: "id") { id: ID! title: String! } type Book implements Medium @key(fields: "id") { id: ID! title: String! pages: Int } type Film implements Medium @key(fields: "id") { id: ID! title: String! minutes: Int }',
      opinions: 'type Query { best: Medium } type Medium @key(fields: "id") @interfaceObject { id: ID! stars: Int! said: [Word!]! } type Word { text: String about: Medium }',
    },
    resolvers: {
      media: {
        Query: { shelf: () => [{ __typename: 'Book', id: 'b1', title: 'B', pages: 3 }, { __typename: 'Film', id: 'f1', title: 'F', minutes: 90 }], first: () => ({ __typename: 'Film', id: 'f1', title: 'F', minutes: 90 }) },
        Medium: { __resolveReference: ({ id }) => ({ __typename: String(id).startsWith('b') ? 'Book' : 'Film', id, title: `T${id}`, pages: 1, minutes: 2 }), __resolveType: ({ __typename }) => __typename },
      },
      opinions: { Query: { best: () => ({ id: 'b1' }) }, Medium: { stars: ({ id }) => String(id).length, said: ({ id }) => [{ text: `on ${id}`, about: { id: 'f1' } }] } },
    },
    operations: [
      { text: '{ shelf { id stars ... on Book { pages said { text } } ... on Film { minutes } } }', data: { shelf: [{ id: 'b1', stars: 2, pages: 3, said: [{ text: 'on b1' }] }, { id: 'f1', stars: 2, minutes: 90 }] } },
      { text: '{ best { __typename id title stars } first { __typename stars } }', data: { best: { __typename: 'Book', id: 'b1', title: 'Tb1', stars: 2 }, first: { __typename: 'Film', stars: 2 } } },
      { text: '{ best { ... on Book { pages } said { text about { title kind: __typename ... on Film { minutes } } } } }' },
    ],
  },
  {
    title: 'several keys, a key inside a key, and keys that are null',
    subgraphs: {
      rooms: 'type Query { rooms: [Room!]! } type Room @key(fields: "house { street no } door") { house: House! door: Int! owner: Owner } type House { street: String! no: Int! } type Owner @key(fields: "id") @key(fields: "mail") { id: ID mail: String }',
      rents: 'type Room @key(fields: "house { street no } door") { house: House! door: Int! rent: Int } type House @shareable { street: String! no: Int! } type Owner @key(fields: "mail") { mail: String age: Int }',
      bank: 'type Owner @key(fields: "id") { id: ID credit: Int }',
    },
    resolvers: {
      rooms: {
        Query: { rooms: () => [{ house: { street: 'A', no: 1 }, door: 2, owner: { id: '1', mail: 'a@b' } }, { house: { street: 'A', no: 2 }, door: 2, owner: { id: null, mail: 'c@d' } }, { house: { street: 'B', no: 1 }, door: 1, owner: { id: '3', mail: null } }, { house: { street: 'A', no: 1 }, door: 2, owner: null }] },
        House: { street: ({ street }) => street },
      },
      rents: { Room: { rent: ({ house, door }) => house.no * 100 + door }, Owner: { age: ({ mail }) => (mail ? mail.length : null) } },
      bank: { Owner: { credit: ({ id }) => (id ? Number(id) * 7 : null) } },
    },
    operations: [
      { text: '{ rooms { rent owner { credit } } }', data: { rooms: [{ rent: 102, owner: { credit: 7 } }, { rent: 202, owner: { credit: null } }, { rent: 101, owner: { credit: 21 } }, { rent: 102, owner: null }] } },
      { text: '{ rooms { owner { age credit mail } house { no } door } }' },
    ],
  },
  {
    title: 'types that several subgraphs share, and what of enums and inputs they have in common',
    subgraphs: {
      one: 'type Query { page: Page! @shareable find(where: Where, colour: Colour): [Hit] } type Page @shareable { next: String size: Size! } type Size @shareable { w: Int! h: Int! } input Where { a: Int b: String = "x" } enum Colour { RED BLUE } type Hit @key(fields: "id") { id: ID! colour: Shade colours: [Shade!] } enum Shade { LIGHT DARK HIDDEN @inaccessible }',
      two: 'type Query { page: Page! @shareable paint(colour: Colour!): String seek(where: Where!): Int } type Page @shareable { next: String size: Size! total: Int } type Size @shareable { w: Int! h: Int! } input Where { a: Int } enum Colour { RED } type Hit @key(fields: "id") { id: ID! rank: Int }',
    },
    resolvers: {
      one: { Query: { page: () => ({ next: 'n', size: { w: 1, h: 2 } }), find: (_, { where }) => [{ id: String(where?.a ?? 0), colour: 'LIGHT', colours: ['DARK', 'HIDDEN'] }, null, { id: '9', colour: 'HIDDEN', colours: null }] } },
      two: { Query: { page: () => ({ next: 'n', size: { w: 1, h: 2 }, total: 5 }), paint: (_, { colour }) => colour, seek: (_, { where }) => where.a } },
    },
    operations: [
      { text: '{ page { next size { w h } total } }', data: { page: { next: 'n', size: { w: 1, h: 2 }, total: 5 } } },
      { text: '{ find(where: { a: 3 }) { id rank colour colours } }' },
      { text: 'query ($w: Where = { a: 4 }, $c: Colour! = RED) { paint(colour: $c) find(where: $w) { id colour } }', variables: { c: 'RED' }, data: { paint: 'RED', find: [{ id: '4', colour: 'LIGHT' }, null, { id: '9', colour: null }] } },
      { text: 'query ($w: Where!) { seek(where: $w) other: seek(where: { a: null }) }', variables: { w: { a: 8 } }, data: { seek: 8, other: null } },
    ],
  },
  {
    title: 'entities that are an interface, and unions of entities of several subgraphs',
    subgraphs: {
      staff: 'type Query { all: [Member!]! found: [Found] } interface Member @key(fields: "id") { id: ID! name: String } type Teacher implements Member @key(fields: "id") { id: ID! name: String class: Class } type Cook implements Member @key(fields: "id") { id: ID! name: String } union Found = Teacher | Class type Class @key(fields: "id") { id: ID! }',
      classes: 'type Class @key(fields: "id") { id: ID! size: Int teachers: [Teacher!]! } type Teacher @key(fields: "id") { id: ID! room: String! }',
    },
    resolvers: {
      staff: {
        Query: { all: () => [{ __typename: 'Teacher', id: 't1', name: 'A', class: { id: 'k1' } }, { __typename: 'Cook', id: 'c1', name: 'B' }, { __typename: 'Teacher', id: 't2', name: 'C', class: null }], found: () => [{ __typename: 'Class', id: 'k1' }, { __typename: 'Teacher', id: 't2', name: 'C', class: { id: 'k2' } }, null] },
        Teacher: { name: ({ id, name }) => name ?? `name of ${id}` },
      },
      classes: { Class: { size: ({ id }) => Number(String(id).slice(1)) * 10, teachers: ({ id }) => (id === 'k1' ? [{ id: 't1' }, { id: 't2' }] : []) }, Teacher: { room: ({ id }) => { if (id === 't2') throw new Error('no room'); return `r-${id}`; } } },
    },
    operations: [
      { text: '{ all { id name ... on Teacher { class { size teachers { id name } } } } }' },
      { text: '{ all { __typename ... on Teacher { room } } }' },
      { text: '{ found { ... on Class { size teachers { name class { id } } } ... on Teacher { class { size } } } all { ... on Teacher { class { teachers { room } } } } }' },
    ],
  },
  {
    title: 'mutations, one after the other, and what they give back from other subgraphs',
    subgraphs: {
      counter: 'type Query { count: Int! } type Mutation { add(by: Int!): Sum! reset: Boolean } type Sum @key(fields: "id") { id: ID! value: Int! }',
      notes: 'type Mutation { note(text: String!): [String!]! } type Sum @key(fields: "id") { id: ID! seen: [String!]! }',
    },
    operations: [
      { text: 'mutation { a: add(by: 1) { value seen } b: add(by: 2) { value } note(text: "x") c: add(by: 3) { value seen id } }' },
      { text: 'mutation ($n: Int!) { note(text: "y") add(by: $n) { seen } reset again: note(text: "z") }', variables: { n: 4 } },
    ],
  },
];
