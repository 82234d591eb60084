/** A graph of four subgraphs that has nothing to do with ours: members and books of a library, what is in stock, and what members say of books. */
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requires", "@external", "@tag", "@shareable"])\n';
const open = (sdl: string) => sdl.replaceAll(/(\w+(?:\([^)]*\))?: [[\]\w!]+)(?=[ \n])(?! *(?:=|@external))/g, '$1 @tag(name: "public")');

export const LIBRARY: Record<string, { sdl: string; firstVersion: string }> = {
  members: {
    sdl: 'type Query { members: [Member!]! } type Member @key(fields: "id") { id: ID! handle: String! fullName: String! } ',
    firstVersion: 'extend type Query { members: [Member!]! } type Member @key(fields: "id") { id: ID! handle: String! fullName: String! }',
  },
  books: {
    sdl: 'type Query { popular: [Book!]! } type Book @key(fields: "isbn") { isbn: ID! title: String! price: Int! weight: Int! } ',
    firstVersion: 'extend type Query { popular: [Book!]! } type Book @key(fields: "isbn") { isbn: ID! title: String! price: Int! weight: Int! }',
  },
  stock: {
    sdl: 'type Book @key(fields: "isbn") { isbn: ID! price: Int! @external weight: Int! @external inStock: Boolean! delivery: Int! @requires(fields: "price weight") } ',
    firstVersion: 'extend type Book @key(fields: "isbn") { isbn: ID! @external price: Int! @external weight: Int! @external inStock: Boolean! delivery: Int! @requires(fields: "price weight") }',
  },
  remarks: {
    sdl: 'type Remark @key(fields: "id") { id: ID! text: String! author: Member! book: Book! } type Member @key(fields: "id") { id: ID! remarks: [Remark!]! } type Book @key(fields: "isbn") { isbn: ID! remarks: [Remark!]! } ',
    firstVersion: 'type Remark @key(fields: "id") { id: ID! text: String! author: Member! book: Book! } extend type Member @key(fields: "id") { id: ID! @external remarks: [Remark!]! } extend type Book @key(fields: "isbn") { isbn: ID! @external remarks: [Remark!]! }',
  },
};

export const LIBRARY_QUERY = `query Library {
  members { ...M remarks { ...R book { ...B remarks { ...R author { ...M remarks { ...R book { ...B } } } } } } }
  popular { ...B remarks { ...R author { ...M remarks { ...R book { ...B } } } } }
}
fragment M on Member { id handle fullName }
fragment R on Remark { id text }
fragment B on Book { isbn title price weight inStock delivery }`;

/** As its tokens say nobody need be signed in for any of it. */
export const sdlOf = (name: string): string => LINK + open(LIBRARY[name]!.sdl);

export function librarySupergraph(urls: Record<string, string>): string {
  const { supergraphSdl, errors } = composeServices(Object.keys(LIBRARY).map((name) => ({ name, url: urls[name]!, typeDefs: parse(sdlOf(name)) })));
  if (!supergraphSdl) throw new Error(String(errors));
  return supergraphSdl;
}

const MEMBERS = 4;
const BOOKS = 6;

interface Remark { id: string; text: string; member: number; book: number }

const remarks: Remark[] = Array.from({ length: 20 }, (_, index) => ({ id: `r${index}`, text: `Remark ${index}: read it twice, the second time aloud.`, member: index % MEMBERS, book: (index * 5) % BOOKS }));
const member = (index: number) => ({ id: `m${index}`, handle: `reader-${index}`, fullName: `Reader Number ${index}` });
const book = (index: number) => ({ isbn: `b${index}`, title: `A Book With Number ${index} In Its Title`, price: 10 + index, weight: 100 * index + 1 });
const indexOf = (key: string) => Number(key.slice(1));
const remark = ({ id, text, member, book }: Remark) => ({ __typename: 'Remark', id, text, author: { id: `m${member}` }, book: { isbn: `b${book}` } });

export const libraryResolvers: Record<string, Record<string, Record<string, (...args: any[]) => unknown>>> = {
  members: { Query: { members: () => Array.from({ length: MEMBERS }, (_, index) => member(index)) }, Member: { __resolveReference: ({ id }) => member(indexOf(id)) } },
  books: { Query: { popular: () => Array.from({ length: 5 }, (_, index) => book(index)) }, Book: { __resolveReference: ({ isbn }) => book(indexOf(isbn)) } },
  stock: { Book: { __resolveReference: (reference) => reference, inStock: ({ isbn }) => indexOf(isbn) % 2 === 0, delivery: ({ price, weight }) => (price > 12 ? 0 : Math.round(weight / 2)) } },
  remarks: {
    Remark: { __resolveReference: ({ id }) => remark(remarks[indexOf(id)]!) },
    Member: { __resolveReference: (reference) => reference, remarks: ({ id }) => remarks.filter((each) => each.member === indexOf(id)).map(remark) },
    Book: { __resolveReference: (reference) => reference, remarks: ({ isbn }) => remarks.filter((each) => each.book === indexOf(isbn)).map(remark) },
  },
};
