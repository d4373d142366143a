/**
 * Test files with hundreds of calls each. They call the plugin's bundle, which starts in half the time that its modules take. Other
 * files cover the same lines.
 */
const called = ['bugs', 'crash', 'envelope', 'inputs', 'parallel', 'protocol', 'transient']
const files = [...called.map((name) => `test/cni-tap/${name}.test.ts`), 'test/differential/differential.test.ts']

/**
 * Returns the environment in which a test file runs while coverage is measured: the others call the modules of the plugin. Coverage of the
 * bundle is of no use, and a quarter of all that would be written.
 */
export const withPlugin = (env) => (file) =>
  files.includes(file)
    ? { ...env, NETLOOM_PLUGIN: 'bundle', NODE_V8_COVERAGE: '' }
    : { ...env, NETLOOM_PLUGIN: 'modules' }
