import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Call, environmentOf } from '../../support/plugin.js'

/** A program that carries out calls. */
export interface Contender {
  readonly name: string
  readonly program: readonly [string, ...string[]]
  /** Participates in every n-th round: 1 means all rounds, 3 every third. */
  readonly every: number
}

const repo = (name: string) => fileURLToPath(new URL(`../../../${name}`, import.meta.url))

/** Folder of upstream's plugins, which scripts/plugin-peers.mjs downloads. */
export const upstreamPlugins = repo('.cache/sid/usr/lib/cni')

// A variable, because TypeScript requires declarations for a literal, and the scripts have none.
const scripts = repo('scripts/lib/runtimes.mjs')
const { fullName, provideRuntime } = await import(scripts)

const main = repo('packages/cni-tap/bundle/main.js')

export const upstream: Contender = { name: 'upstream', program: [`${upstreamPlugins}/tap`], every: 1 }
export const executable: Contender = { name: 'executable', program: [repo('packages/cni-tap/dist/tap')], every: 1 }
export const onNode: readonly Contender[] = ['node 20', 'node 22', 'node 26'].map((name) => ({
  name: fullName(name),
  program: [provideRuntime(name), main],
  every: 10,
}))

// Upstream's plugin runs `ip`.
const environment = (call: Call) => ({ ...environmentOf(call), PATH: process.env.PATH ?? '', NODE_V8_COVERAGE: '' })

const failed = ({ name }: Contender, call: Call, output: string) =>
  new Error(`${name}: ${call.command} failed: ${output}`)

/** Runs a call and waits for its end. Returns the elapsed milliseconds and the standard output. */
export function timed(contender: Contender, call: Call): { milliseconds: number; stdout: string } {
  const [file, ...args] = contender.program
  const env = environment(call)
  const input = JSON.stringify(call.config)
  const before = process.hrtime.bigint()
  const { status, stdout, stderr } = spawnSync(file, args, { env, input, encoding: 'utf8' })
  const milliseconds = Number(process.hrtime.bigint() - before) / 1e6
  if (status !== 0) throw failed(contender, call, stdout + stderr)
  return { milliseconds, stdout }
}

function start(contender: Contender, call: Call): Promise<void> {
  return new Promise((resolve, reject) => {
    const [file, ...args] = contender.program
    const child = spawn(file, args, { env: environment(call), stdio: ['pipe', 'pipe', 'ignore'] })
    let stdout = ''
    child.stdout.on('data', (chunk) => {
      stdout += chunk
    })
    child.on('error', reject)
    child.on('close', (status) => (status === 0 ? resolve() : reject(failed(contender, call, stdout))))
    child.stdin.end(JSON.stringify(call.config))
  })
}

/** Runs calls concurrently. Returns the milliseconds until the last one ends. */
export async function timedTogether(contender: Contender, calls: readonly Call[]): Promise<number> {
  const before = process.hrtime.bigint()
  await Promise.all(calls.map((call) => start(contender, call)))
  return Number(process.hrtime.bigint() - before) / 1e6
}

const measuring = repo('.cache/bench/usage')

/** Runs a call. Returns its peak memory in MiB, and its CPU time in milliseconds including that of the plugins it runs. */
export function usage(contender: Contender, call: Call): { memory: number; cpu: number } {
  const input = JSON.stringify(call.config)
  const { status, stdout, stderr } = spawnSync(measuring, contender.program, {
    env: environment(call),
    input,
    encoding: 'utf8',
  })
  if (status !== 0) throw failed(contender, call, stderr)
  const [memory = 0, cpu = 0] = stdout.split(' ').map(Number)
  return { memory: memory / 1024, cpu: cpu / 1000 }
}
