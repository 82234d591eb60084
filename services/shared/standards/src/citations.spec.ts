import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findRule } from './rules';

const folder = join(__dirname, '..', '..', 'src');
const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));

describe('citations', () => {
  it.each(files)('%s cites only rules that exist', (name) => {
    const cited = readFileSync(join(folder, name), 'utf8').match(/\b(?:GEN|CODE|REG|TRF|PRE|HLP|ACC|AGY|OPS|AUX)-[A-Z]+-\d{2}\b/g) ?? [];
    expect([...new Set(cited)].filter((id) => findRule(id) === null)).toEqual([]);
  });
});
