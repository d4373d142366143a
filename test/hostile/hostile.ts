import { supportedVersions } from '@netloom/cni-tap'
import fc from 'fast-check'
import type { Answer, Caller } from './callers.js'
import { type Input, input, type Stdin } from './inputs.js'
import { Scene } from './scene.js'

function expect(what: string, holds: boolean, found: unknown): void {
  if (!holds) throw new Error(`expected ${what}, found ${typeof found === 'string' ? found : JSON.stringify(found)}`)
}

/** Returns the text of stdin, to search it for the name of an IPAM plugin. Large inputs contain none. */
function smallTextOf(stdin: Stdin): string {
  if ('text' in stdin) return stdin.text
  return 'bytes' in stdin ? Buffer.from(stdin.bytes).toString('latin1') : ''
}

/** Checks the exit code and the output: one CNI result or error on stdout, or nothing if the command prints no result. */
function checkAnswer({ command, stdin }: Input, { exitCode, stdout, stderr }: Answer): void {
  expect('exit code 0 or 1', exitCode === 0 || exitCode === 1, `${exitCode}: ${stdout} ${stderr}`)
  expect('no stack trace', !/^\s+at .*[:(]\d+/m.test(stdout + stderr), stdout + stderr)
  if (exitCode === 0 && !['ADD', 'VERSION'].includes(command)) {
    expect('no output', stdout === '', stdout)
    return
  }
  const output = JSON.parse(stdout)
  expect(
    'a version',
    (supportedVersions as readonly unknown[]).includes(output.cniVersion) || command === 'VERSION',
    stdout,
  )
  if (exitCode === 0) return
  expect('a code and a message', Number.isInteger(output.code) && typeof output.msg === 'string', stdout)
  // Code 999, which host-local uses for all its errors, is allowed only if it may come from host-local.
  const isIpams = smallTextOf(stdin).includes('"host-local"')
  expect('an error with a specific code', output.code !== 999 || isIpams, stdout)
}

async function check(call: Caller, scene: Scene, given: Input, report: (answer: Answer) => void): Promise<void> {
  const answer = await call(scene, given)
  report(answer)
  checkAnswer(given, answer)
  if (given.command === 'ADD' && answer.exitCode === 0) {
    const { exitCode, stdout } = await call(scene, { ...given, command: 'DEL' })
    expect('DEL to succeed after an ADD that did', exitCode === 0, stdout)
  }
  const left = scene.leftovers()
  expect('nothing left over', left.length === 0, left)
}

export interface HostileOptions {
  readonly runs: number
  readonly seed: number
  /** Stops after this time, without a failure. Undefined means no limit. */
  readonly seconds?: number | undefined
  /** Path of a failing case within the runs of its seed, as a failure prints it. */
  readonly path?: string
  readonly call: Caller
}

export interface Report {
  readonly failure: string | undefined
  /** Number of calls by outcome: `success`, or `code N`. */
  readonly answers: ReadonlyMap<string, number>
}

/** Calls the plugin with inputs generated from `seed`. */
export async function hostile({ runs, seed, seconds, path, call }: HostileOptions): Promise<Report> {
  const answers = new Map<string, number>()
  let scene = new Scene()
  try {
    const property = fc.asyncProperty(input, async (given) => {
      const report = ({ exitCode, stdout }: Answer) => {
        const [, code = '?'] = /"code": (-?\d+)/.exec(stdout) ?? []
        const key = exitCode === 0 ? 'success' : `code ${code}`
        answers.set(key, (answers.get(key) ?? 0) + 1)
      }
      try {
        await check(call, scene, given, report)
      } catch (error) {
        // A new scene, so that the leftovers of this run do not fail the next one.
        scene[Symbol.dispose]()
        scene = new Scene()
        throw error
      }
    })
    const limit = seconds === undefined ? {} : { interruptAfterTimeLimit: seconds * 1000 }
    const details = await fc.check(property, { numRuns: runs, seed, ...limit, ...(path !== undefined && { path }) })
    return { answers, failure: details.failed ? describe(details, runs, seed) : undefined }
  } finally {
    scene[Symbol.dispose]()
  }
}

function describe(details: fc.RunDetails<[Input]>, runs: number, seed: number): string {
  return [
    `npm run hostile -- --runs ${runs} --seed=${seed} --path ${details.counterexamplePath}`,
    `after ${details.numRuns} runs and ${details.numShrinks} simplifications: ${fc.stringify(details.counterexample?.[0])}`,
    `${details.errorInstance}`,
  ].join('\n')
}
