import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fault, type Fault } from './fault';

export type DivisionLevel = 'PROVINCE' | 'CITY' | 'COUNTY';

/** A unit of GB/T 2260. Codes have six digits; a county directly under its province has the province as parent. */
export interface Division {
  readonly code: string;
  readonly name: string;
  readonly level: DivisionLevel;
  readonly parentCode: string | null;
  /** Year the unit was withdrawn; its code stays valid for data made before. Null while it exists. */
  readonly validTo: number | null;
}

type Row = readonly [code: string, name: string, parentCode: string | null, validTo?: number];

interface Table {
  readonly version: string;
  readonly byCode: ReadonlyMap<string, Division>;
}

// From dist/src the package root is two levels up.
const readData = (file: string): unknown => JSON.parse(readFileSync(join(__dirname, '..', '..', 'data', file), 'utf8'));

let loaded: Table | undefined;

function table(): Table {
  if (!loaded) {
    const current = readData('divisions.json') as { version: string; divisions: readonly Row[] };
    const withdrawn = readData('withdrawn-divisions.json') as readonly Row[];
    const divisions = [...current.divisions, ...withdrawn].map(toDivision).sort((a, b) => Number(a.code) - Number(b.code));
    loaded = { version: current.version, byCode: new Map(divisions.map((division) => [division.code, division])) };
  }
  return loaded;
}

function toDivision([code, name, parentCode, validTo]: Row): Division {
  return { code, name, level: levelOf(code), parentCode, validTo: validTo ?? null };
}

function levelOf(code: string): DivisionLevel {
  if (code.endsWith('0000')) return 'PROVINCE';
  return code.endsWith('00') ? 'CITY' : 'COUNTY';
}

const codeForm = /^(\d{2}|\d{4}|\d{6}|\d{12})$/;

/** The significant digits of a code or prefix: `610000` and `61` both give `61`. */
const significant = (code: string): string => code.slice(0, 6).replace(/(00)+$/, '');

/** Cut-off date of the table, `YYYY-MM-DD`. */
export function divisionTableVersion(): string {
  return table().version;
}

/** Finds a unit, withdrawn ones included, by 2, 4, 6 or 12 digits; a 12-digit statistics code gives its county, or its city where that has no counties. */
export function findDivision(code: string): Division | null {
  if (!codeForm.test(code)) return null;
  return table().byCode.get(code.slice(0, 6).padEnd(6, '0')) ?? null;
}

/** True for every unit that exists or once existed: the test for birthplaces, households and ID numbers. */
export function isKnownDivision(code: string): boolean {
  return findDivision(code) !== null;
}

/** True only for units that exist: the test for setting up something new [CODE-DIV-02]. */
export function isCurrentDivision(code: string): boolean {
  return findDivision(code)?.validTo === null;
}

/** Faults of a code: unknown, or withdrawn when it is meant for something new [CODE-DIV-01, CODE-DIV-02]. */
export function validateDivision(code: string, options: { readonly forNew?: boolean } = {}): Fault[] {
  const division = findDivision(code);
  const version = divisionTableVersion();
  if (!division) return [fault('DIVISION_UNKNOWN', 'CODE-DIV-01', `行政区划代码“${code}”不在区划代码表（${version}版）中`, `Division code "${code}" is not in the division table of ${version}`)];
  if (options.forNew && division.validTo !== null) {
    return [fault('DIVISION_WITHDRAWN', 'CODE-DIV-02', `行政区划“${division.name}”（${division.code}）已于${division.validTo}年撤销，不能用于新设单位`, `Division ${division.code} was withdrawn in ${division.validTo} and cannot be used for anything new`)];
  }
  return [];
}

export function divisionLevel(code: string): DivisionLevel | null {
  return findDivision(code)?.level ?? null;
}

/** True when the code lies in the division of the prefix, or is it [CODE-DIV-03]. Codes need not be known. */
export function isInDivision(code: string, prefix: string): boolean {
  return codeForm.test(prefix) && significant(code).startsWith(significant(prefix));
}

/** The existing units one step below a province or city, in code order. */
export function childrenOf(prefix: string): readonly Division[] {
  const parent = findDivision(prefix)?.code;
  return parent === undefined ? [] : [...table().byCode.values()].filter((division) => division.parentCode === parent && division.validTo === null);
}

/** Every existing unit whose code lies in the prefix, the unit itself included, in code order [CODE-DIV-03]. */
export function divisionsIn(prefix: string): readonly Division[] {
  return allDivisions().filter((division) => isInDivision(division.code, prefix));
}

/** Every existing unit, in code order. */
export function allDivisions(): readonly Division[] {
  return [...table().byCode.values()].filter((division) => division.validTo === null);
}

/** Units known to have been withdrawn, in code order. */
export function withdrawnDivisions(): readonly Division[] {
  return [...table().byCode.values()].filter((division) => division.validTo !== null);
}
