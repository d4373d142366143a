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

/** Carries out a call. Rejects if it takes longer than the limit. */
export type Caller = (scene: Scene, input: Input) => Promise<Answer>

/** Time limit of a call, in milliseconds. */
const limit = PATIENCE

const octal = (bytes: Uint8Array) => [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')

/** Runs the plugin through a shell if a value is not UTF-8: Node can only pass environment variables in UTF-8. */
function commandLine(env: readonly [string, string | Uint8Array][]): [string, ...string[]] {
  const raw = env.filter((each): each is [string, Uint8Array] => typeof each[1] !== 'string')
  if (raw.length === 0) return [...plugin]
  const exports = raw.map(([name, bytes]) => `export ${name}="$(printf '${octal(bytes)}')"`)
  return ['/bin/sh', '-c', `${exports.join('\n')}\nexec "$@"`, 'sh', ...plugin]
}

/** Runs the plugin as a process. Drops NUL characters from the environment, because execve(2) cannot pass them. */
export const asProcess: Caller = (scene, input) => {
  const env = scene.environmentOf(input)
  const given = env.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value.replaceAll('\0', '')]] : []))
  const [program, ...args] = commandLine(env)
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: Object.fromEntries(given), cwd: scene.folder })
    const watchdog = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`expected the plugin to exit within ${limit / 1000} seconds`))
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
    // The plugin can exit before it has read everything.
    child.stdin.on('error', () => {})
    child.stdin.end(scene.stdinOf(input))
  })
}

const descriptors = () => readdirSync('/proc/self/fd').length

/** Runs the plugin in this process, which is much faster. Checks that it closes its descriptors. */
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
  if (performance.now() - begun > limit) throw new Error(`expected the plugin to finish within ${limit / 1000} seconds`)
  if (descriptors() !== before) throw new Error(`expected ${before} descriptors, found ${descriptors()}`)
  return { stdout, stderr, exitCode }
}
