import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { dispatch } from '@netloom/cni-tap'
import { plugin } from '../support/plugin.js'
import { PATIENCE } from '../support/until.js'
import type { Input } from './inputs.js'
import type { Scene } from './scene.js'

export interface Answer {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Carries a call out; fails where it takes too long. */
export type Caller = (scene: Scene, input: Input) => Promise<Answer>

/** The watchdog, in milliseconds. */
const limit = PATIENCE

const octal = (bytes: Uint8Array) => [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')

/** Only a shell can give a process an environment that is not UTF-8: Node writes that. */
function commandLine(env: readonly [string, string | Uint8Array][]): [string, ...string[]] {
  const raw = env.filter((each): each is [string, Uint8Array] => typeof each[1] !== 'string')
  if (raw.length === 0) return [...plugin]
  const exports = raw.map(([name, bytes]) => `export ${name}="$(printf '${octal(bytes)}')"`)
  return ['/bin/sh', '-c', `${exports.join('\n')}\nexec "$@"`, 'sh', ...plugin]
}

/** The plugin as a process. What the system itself refuses to hand over, a NUL in the environment, is left out. */
export const asProcess: Caller = (scene, input) => {
  const env = scene.environmentOf(input)
  const given = env.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value.replaceAll('\0', '')]] : []))
  const [program, ...args] = commandLine(env)
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: Object.fromEntries(given), cwd: scene.folder })
    const watchdog = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`expected an end within ${limit / 1000} seconds`))
    }, limit)
    const output = { stdout: '', stderr: '' }
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (chunk) => {
        output[stream] += chunk
      })
    }
    child.on('error', reject)
    child.on('close', (exitCode) => {
      clearTimeout(watchdog)
      resolve({ exitCode, ...output })
    })
    // It need not read all of it.
    child.stdin.on('error', () => {})
    child.stdin.end(scene.stdinOf(input))
  })
}

const descriptors = () => readdirSync('/proc/self/fd').length

/** The plugin in this process: many more a second. It must close what it opens. */
export const inProcess: Caller = async (scene, input) => {
  const text = (value: string | Uint8Array) => (typeof value === 'string' ? value : Buffer.from(value).toString())
  const env = Object.fromEntries(scene.environmentOf(input).map(([name, value]) => [name, text(value)]))
  const before = descriptors()
  const begun = performance.now()
  const { stdout, stderr, exitCode } = await dispatch({
    env,
    parent: process.ppid,
    reexec: plugin,
    readStdin: () => scene.stdinOf(input),
    readStdinBriefly: async () => scene.stdinOf(input),
    catchSignals: () => async () => {},
  })
  if (performance.now() - begun > limit) throw new Error(`expected an end within ${limit / 1000} seconds`)
  if (descriptors() !== before) throw new Error(`expected ${before} descriptors, found ${descriptors()}`)
  return { stdout, stderr, exitCode }
}
