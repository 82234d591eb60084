import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { drifted, supergraphOf } from '../generate';
import { ROOT } from '../root';
import { unknownRules } from './cited-rules';
import { realLookingNumbers, registryHosts } from './committed-text';
import { forbiddenImports } from './imports';

/** What each import rule must catch: file → what it requires. */
const FIXTURES: Record<string, [string, string][]> = {
  'no-cycles': [['services/registry/dist/src/a.js', './b'], ['services/registry/dist/src/b.js', './a']],
  'no-service-imports-another': [['services/registry/dist/src/c.js', '../../../transfers/dist/src/index'], ['services/transfers/dist/src/index.js', '']],
  'shared-imports-no-service': [['services/shared/platform/dist/src/d.js', '../../../../registry/dist/src/e'], ['services/registry/dist/src/e.js', '']],
  'services-know-no-gateway': [['services/helpdesk/dist/src/f.js', '../../../../gateway/dist/src/index'], ['gateway/dist/src/index.js', '']],
  'workflow-is-pure': [['services/shared/workflow/dist/src/g.js', 'node:fs']],
  'standards-are-pure': [['services/shared/standards/dist/src/h.js', '../../../platform/dist/src/d']],
  'contracts-know-no-platform': [['services/shared/contracts/dist/src/i.js', '../../../platform/dist/src/d']],
  'tables-and-rules-are-pure': [['services/preschool/dist/src/workflows/x/x.rules.js', './x.facts'], ['services/preschool/dist/src/workflows/x/x.facts.js', '']],
  'testing-only-in-tests-and-demo': [['services/accounts/dist/src/k.js', '../../../shared/testing/dist/src/kit'], ['services/shared/testing/dist/src/kit.js', '']],
};

describe('the checks of the house', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'xueji-check-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };

  it('catch one forbidden import of each kind, and name it', () => {
    for (const files of Object.values(FIXTURES)) for (const [path, required] of files) write(path, required ? `require('${required}');` : '');
    const { violations } = forbiddenImports(folder, ['services', 'gateway']);
    for (const [rule, [first]] of Object.entries(FIXTURES)) {
      const path = first![0];
      expect(violations.filter((violation) => violation.startsWith(`${rule}: `) && (rule === 'no-cycles' || violation.includes(path)))).not.toEqual([]);
    }
    const { forbidden } = jest.requireActual<{ forbidden: { name: string }[] }>(join(ROOT, '.dependency-cruiser.cjs'));
    expect(forbidden.map((rule) => rule.name).sort()).toEqual(Object.keys(FIXTURES).sort());
  });

  it('catch a rule that nobody can look up', () => {
    expect(unknownRules(`cites: ['REG-ENROL-07', 'REG-ENROL-${99}']`)).toEqual([`REG-ENROL-${99}`]);
  });

  it('catch a number that could be somebody\'s, and the host of a package', () => {
    expect(realLookingNumbers(`"99990120150822013X" "${'610113'}${'20150822'}0137"`)).toHaveLength(1);
    expect(registryHosts('"resolved": "https://packages.example/x.tgz"')).toHaveLength(1);
  });

  it('catch a generated file that is not what the code says, and one that is missing', () => {
    const path = join(folder, 'schema.graphql');
    writeFileSync(path, 'type A');
    expect(drifted(new Map([[path, 'type A']]))).toEqual([]);
    expect(drifted(new Map([[path, 'type B'], [join(folder, 'none.graphql'), '']]))).toHaveLength(2);
  });

  it('catch subgraphs that do not compose', () => {
    expect(() => supergraphOf([{ name: 'a', sdl: 'type Query { a: Int }' }, { name: 'b', sdl: 'type Query { a: String }' }])).toThrow(/do not compose/);
  });

  it('catch what the linter must refuse', () => {
    write('lint/bad.ts', 'export const port = process.env.PORT;\nconsole.log(port == 4);\n');
    const run = spawnSync(process.execPath, [join(ROOT, 'node_modules/oxlint/bin/oxlint'), '-c', join(ROOT, '.oxlintrc.json'), '--format=unix', join(folder, 'lint')], { encoding: 'utf8', cwd: ROOT });
    for (const rule of ['no-process-env', 'no-console', 'eqeqeq']) expect(run.stdout).toContain(rule);
    expect(run.status).not.toBe(0);
  });
});
