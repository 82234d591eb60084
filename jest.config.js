// Runs what tsc built, so that tests see the same emitted metadata as production.
module.exports = {
  testEnvironment: 'node',
  roots: ['services', 'gateway', 'infra'].map((d) => `<rootDir>/${d}`),
  testMatch: ['**/dist/**/*.spec.js'],
  moduleFileExtensions: ['js', 'json', 'node'],
  transform: { '/node_modules/jose/.+\\.js$': ['babel-jest', { babelrc: false, configFile: false, plugins: ['@babel/plugin-transform-modules-commonjs'] }] },
  transformIgnorePatterns: ['/node_modules/(?!jose/)'],
  globalSetup: '<rootDir>/infra/dist/src/test/global-setup.js',
  globalTeardown: '<rootDir>/infra/dist/src/test/global-teardown.js',
  maxWorkers: 2,
  workerIdleMemoryLimit: '1GB',
  testTimeout: 60_000,
  coverageProvider: 'v8',
};
