import { createLab, type Lab } from './lab.js'
import type { LabOptions, LabSpec } from './types.js'

/** Registers a function that runs after a test or a suite: the context of node:test, or `{ after: afterAll }` of vitest. */
export interface LabHooks {
  after(fn: () => void): unknown
}

/**
 * Creates a lab that is closed after a test or a suite.
 *
 * ```ts
 * test('…', async (t) => {
 *   const lab = await useLab(t, { web: {} })
 * })
 * ```
 */
export async function useLab<const N extends string>(
  hooks: LabHooks,
  spec: LabSpec<N>,
  options?: LabOptions,
): Promise<Lab<N>> {
  const lab = await createLab(spec, options)
  hooks.after(() => lab.close())
  return lab
}

/**
 * Returns a test that gets a lab of its own. Its further arguments are those of the test runner.
 *
 * ```ts
 * test('…', labTest({ web: {} }, async (lab) => { … }))
 * ```
 */
export const labTest = <const N extends string, A extends readonly unknown[]>(
  spec: LabSpec<N>,
  body: (lab: Lab<N>, ...args: A) => unknown,
  options?: LabOptions,
): ((...args: A) => Promise<void>) =>
  // Vitest refuses a function with parameters other than a pattern if its test has fixtures. So this one declares none.
  async function () {
    // biome-ignore lint/complexity/noArguments: see above
    const args = arguments as unknown as A
    const lab = await createLab(spec, options)
    try {
      await body(lab, ...args)
    } finally {
      lab.close()
    }
  }

/**
 * Returns a fixture for `test.extend` of vitest and Playwright: `test.extend({ lab: labFixture({ web: {} }) })`. Each test that uses
 * `lab` gets its own.
 */
export const labFixture =
  <const N extends string>(spec: LabSpec<N>, options?: LabOptions) =>
  // The runners read the names of other fixtures from the text of the first parameter, so it must be a pattern.
  // biome-ignore lint/correctness/noEmptyPattern: see above
  async ({}: object, use: (lab: Lab<N>) => Promise<void>): Promise<void> => {
    const lab = await createLab(spec, options)
    try {
      await use(lab)
    } finally {
      lab.close()
    }
  }
