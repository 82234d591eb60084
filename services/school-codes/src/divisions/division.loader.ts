import { loadTogether, type GraphContext, type ServiceContext } from '@xueji/platform';
import { divisionTableVersion } from '@xueji/standards';
import { DomainError } from '@xueji/workflow';
import { Any } from 'typeorm';
import { Division } from './division.entity';

/** The opaque id of the unit with this six-digit code. */
export const divisionId = (code: string): string => `d-${code}`;

/** Units by id, gathered into one query per request. */
export const loadDivision = (context: GraphContext, id: string): Promise<Division | null> =>
  loadTogether(context, 'divisions', id, async (ids) => {
    const found = new Map((await (context as ServiceContext).manager.findBy(Division, { id: Any([...ids]) })).map((division) => [division.id, division]));
    return ids.map((each) => found.get(each) ?? null);
  });

/** Six digits of a code written with 2, 4, 6 or 12; null for any other text. */
export const sixDigits = (code: string): string | null => (/^(\d{2}|\d{4}|\d{6}|\d{12})$/.test(code) ? code.slice(0, 6).padEnd(6, '0') : null);

/** The unit with this code, withdrawn ones included. Throws DIVISION_UNKNOWN, naming `field` and the version of the table (CODE-DIV-01). */
export async function getDivision(context: ServiceContext, code: string, field: string): Promise<Division> {
  const six = sixDigits(code);
  const division = six === null ? null : await loadDivision(context, divisionId(six));
  if (division) return division;
  const tableVersion = divisionTableVersion();
  throw new DomainError({
    code: 'DIVISION_UNKNOWN', rule: 'CODE-DIV-01', field, details: { tableVersion },
    zh: `行政区划代码不在区划代码表（${tableVersion}版）中`, en: `The division code is not in the division table of ${tableVersion}`,
  });
}

/** The digits that every code within the unit starts with: `61` for 610000, `6101` for 610100 (CODE-DIV-03). */
export const prefixOf = ({ code }: Division): string => code.replace(/(00)+$/, '');
