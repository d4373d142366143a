import { supportedVersions } from '@netloom/cni-tap'
import fc from 'fast-check'
import type { Answer, Caller } from './callers.js'
import { type Input, input, type Stdin } from './inputs.js'
import { Scene } from './scene.js'

function expect(what: string, holds: boolean, found: unknown): void {
  if (!holds) throw new Error(`expected ${what}, found ${typeof found === 'string' ? found : JSON.stringify(found)}`)
}

/** The text in which an IPAM plugin may be named: what is large names none. */
function smallTextOf(stdin: Stdin): string {
  if ('text' in stdin) return stdin.text
  return 'bytes' in stdin ? Buffer.from(stdin.bytes).toString('latin1') : ''
}

/** One object in which a runtime finds what it looks for, and nothing else on stdout; nothing at all where that is right. */
function checkAnswer({ command, stdin }: Input, { exitCode, stdout, stderr }: Answer): void {
  expect('exit code 0 or 1', exitCode === 0 || exitCode === 1, `${exitCode}: ${stdout} ${stderr}`)
  expect('no stack trace', !/^\s+at .*[:(]\d+/m.test(stdout + stderr), stdout + stderr)
  if (exitCode === 0 && !['ADD', 'VERSION'].includes(command)) {
    expect('no output', stdout === '', stdout)
    return
  }
  const said = JSON.parse(stdout)
  expect(
    'a version',
    (supportedVersions as readonly unknown[]).includes(said.cniVersion) || command === 'VERSION',
    stdout,
  )
  if (exitCode === 0) return
  expect('a code and a message', Number.isInteger(said.code) && typeof said.msg === 'string', stdout)
  // host-local calls all of its errors so.
  const isIpams = smallTextOf(stdin).includes('"host-local"')
  expect('an error that was foreseen', said.code !== 999 || isIpams, stdout)
}

async function check(call: Caller, scene: Scene, given: Input, tell: (answer: Answer) => void): Promise<void> {
  const answer = await call(scene, given)
  tell(answer)
  checkAnswer(given, answer)
  if (given.command === 'ADD' && answer.exitCode === 0) {
    const { exitCode, stdout } = await call(scene, { ...given, command: 'DEL' })
    expect('DEL to succeed after an ADD that did', exitCode === 0, stdout)
  }
  const left = scene.leftovers()
  expect('nothing made', left.length === 0, left)
}

export interface HostileOptions {
  readonly runs: number
  readonly seed: number
  /** Ends it after so long, without a failure. */
  readonly seconds?: number | undefined
  /** Where in the runs of a seed to begin, as a failure told. */
  readonly path?: string
  readonly call: Caller
}

export interface Report {
  readonly failure: string | undefined
  /** How often which command was answered with which code; 0 for success. */
  readonly answers: ReadonlyMap<string, number>
}

/** Gives the plugin inputs that follow from `seed`. */
export async function hostile({ runs, seed, seconds, path, call }: HostileOptions): Promise<Report> {
  const answers = new Map<string, number>()
  let scene = new Scene()
  try {
    const property = fc.asyncProperty(input, async (given) => {
      const tell = ({ exitCode, stdout }: Answer) => {
        const [, code = '?'] = /"code": (-?\d+)/.exec(stdout) ?? []
        const key = exitCode === 0 ? 'success' : `code ${code}`
        answers.set(key, (answers.get(key) ?? 0) + 1)
      }
      try {
        await check(call, scene, given, tell)
      } catch (error) {
        // What was left must not be found again.
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
