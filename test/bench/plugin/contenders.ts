import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Call, environmentOf } from '../../support/plugin.js'

/** Who carries out a call. */
export interface Contender {
  readonly name: string
  readonly program: readonly [string, ...string[]]
  /** In how many rounds it takes part: every one, every third, … */
  readonly every: number
}

const repo = (name: string) => fileURLToPath(new URL(`../../../${name}`, import.meta.url))

/** Where upstream's plugins are; scripts/plugin-peers.mjs has fetched them. */
export const upstreamPlugins = repo('.cache/sid/usr/lib/cni')

// A variable, as TypeScript would ask a literal for declarations that the scripts do not have.
const scripts = repo('scripts/lib/runtimes.mjs')
const { fullName, provideRuntime } = await import(scripts)

const main = repo('packages/cni-tap/dist/main.js')

export const upstream: Contender = { name: 'upstream', program: [`${upstreamPlugins}/tap`], every: 1 }
export const executable: Contender = { name: 'executable', program: [repo('packages/cni-tap/dist/tap')], every: 1 }
export const onNode: readonly Contender[] = ['node 20', 'node 22', 'node 26'].map((name) => ({
  name: fullName(name),
  program: [provideRuntime(name), main],
  every: 10,
}))

// Upstream's plugin runs `ip`.
const environment = (call: Call) => ({ ...environmentOf(call), PATH: process.env.PATH ?? '', NODE_V8_COVERAGE: '' })

const failed = ({ name }: Contender, call: Call, said: string) => new Error(`${name}: ${call.command} failed: ${said}`)

/** Runs a call and waits; the milliseconds that took, and what was printed. */
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

/** Runs calls at the same time; the milliseconds until the last has ended. */
export async function timedTogether(contender: Contender, calls: readonly Call[]): Promise<number> {
  const before = process.hrtime.bigint()
  await Promise.all(calls.map((call) => start(contender, call)))
  return Number(process.hrtime.bigint() - before) / 1e6
}

const measuring = repo('.cache/bench/usage')

/** Runs a call; its peak memory in MiB, and the CPU time in milliseconds, with that of the plugins that it ran. */
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
