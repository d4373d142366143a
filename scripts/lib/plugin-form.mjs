/**
 * Test files with dozens or hundreds of calls each. They call the plugin's bundle: measuring the coverage of its modules triples the CPU time
 * of a call. Other files cover the same lines.
 */
const called = [
  ...[
    'bandwidth',
    'bugs',
    'check',
    'conventions',
    'crash',
    'docs',
    'drift',
    'envelope',
    'flood',
    'gc',
    'inputs',
    'log',
  ],
  ...['parallel', 'protocol', 'redirect-drift', 'route-drift', 'scenarios', 'settings', 'sysctl', 'transient'],
]
const files = [...called.map((name) => `test/cni-tap/${name}.test.ts`), 'test/differential/differential.test.ts']

/**
 * Returns the environment in which a test file runs while coverage is measured: the others call the modules of the plugin. Coverage of the
 * bundle is of no use, and a quarter of all that would be written.
 */
export const withPlugin = (env) => (file) =>
  files.includes(file)
    ? { ...env, NETLOOM_PLUGIN: 'bundle', NODE_V8_COVERAGE: '' }
    : { ...env, NETLOOM_PLUGIN: 'modules' }
