/**
 * Which folder may know of which, checked on what the compiler wrote. Each rule has a fixture in infra/fixtures-that-must-fail
 * that is seen to fail.
 */
const service = '(accounts|helpdesk|preschool|registry|school-codes|transfers)';
// Fixtures lie in a folder that looks like the project, so the start of a path is left open.
const at = (path) => `(^|/)${path}`;
const tests = '\\.(spec|fixture)\\.js$';

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: { pathNot: '/src/.*entity\\.js$' }, to: { circular: true, viaOnly: { pathNot: ['entity\\.js$'] } } },
    { name: 'no-service-imports-another', severity: 'error', from: { path: at(`services/${service}/`) }, to: { path: at(`services/${service}/`), pathNot: at('services/$2/') } },
    { name: 'shared-imports-no-service', severity: 'error', from: { path: at('services/shared/') }, to: { path: at(`(services/${service}|gateway|infra)/dist`) } },
    { name: 'services-know-no-gateway', severity: 'error', from: { path: at(`services/${service}/`) }, to: { path: at('(gateway|infra)/dist/') } },
    { name: 'workflow-is-pure', severity: 'error', from: { path: at('services/shared/workflow/'), pathNot: tests }, to: { pathNot: at('services/shared/workflow/') } },
    { name: 'standards-are-pure', severity: 'error', from: { path: at('services/shared/standards/'), pathNot: tests }, to: { pathNot: [at('services/shared/standards/'), 'chinese-days', '^(node:)?(fs|path)$'] } },
    { name: 'contracts-know-no-platform', severity: 'error', from: { path: at('services/shared/contracts/') }, to: { path: at('services/shared/(platform|testing|workflow)/') } },
    {
      name: 'tables-and-rules-are-pure', severity: 'error',
      from: { path: at(`services/${service}/dist/src/.+\\.(workflow|rules)\\.js$`) },
      to: { pathNot: [at('services/shared/(workflow|standards|contracts)/'), at(`services/$2/dist/src/.+[./](workflow|rules|chain|inputs|terms|stages)\\.js$`)] },
    },
    { name: 'testing-only-in-tests-and-demo', severity: 'error', from: { path: at(`(services/${service}|gateway)/dist`), pathNot: [tests, '/seeds/demo/', '/testing/'] }, to: { path: at('services/shared/testing/dist'), pathNot: at('services/shared/testing/dist/src/demo/') } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    includeOnly: { path: '(/dist/|^(node:)?(fs|path)$|node_modules)' },
    exclude: { path: '(^|/)coverage/' },
    moduleSystems: ['cjs'],
  },
};
